// The machine's process table → the processes of one host, told by the folder they run from.
import { execFileSync } from 'node:child_process';

export interface Process {
  readonly id: number;
  readonly parent: number;
  readonly command: string;
}

/** Processes whose command line matches. */
export function processes(pattern: RegExp): readonly Process[] {
  const table = execFileSync('ps', ['-ww', '-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [, id, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pattern.test(command) ? [{ id: Number(id), parent: Number(parent), command }] : [];
  });
}
