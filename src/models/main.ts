// Entry of dist/models.js, which the extension forks.
import { serveParent } from './server.ts';

serveParent();
