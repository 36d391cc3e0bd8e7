// A program that starts TypeScript's server and pyright for a folder, prints their process ids, and goes on for ever.
import { OracleBench } from './oracleBench.ts';

const [folder = '', ...words] = process.argv.slice(2);
const bench = new OracleBench(folder, { programs: { pyright: { path: process.execPath, words } } });
await Promise.all([bench.names('[1].‸'), bench.names("''.‸", { language: 'python' })]);
console.log(
  bench.oracle
    .servers()
    .map(({ processId }) => processId)
    .join(' '),
);
setInterval(() => {}, 1000);
