// Entry of dist/engine.js, which the extension forks, with the path of the file that says where it is met.
import { serveWindows } from './server.ts';

await serveWindows(process.argv[2] ?? '');
