// Entry of dist/engine.js, which the extension forks.
import { serveParent } from './server.ts';

serveParent();
