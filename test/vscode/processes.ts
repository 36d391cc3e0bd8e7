// The machine's process table → the processes of one host, told by the folder they run from.
import { execFileSync } from 'node:child_process';

export interface Process {
  readonly id: number;
  readonly parent: number;
  /** Of processor time so far. */
  readonly seconds: number;
  /** Memory that is in the machine's, MiB. */
  readonly residentMiB: number;
  readonly command: string;
}

/** Processes whose command line matches. */
export function processes(pattern: RegExp): readonly Process[] {
  const table = execFileSync('ps', ['-ww', '-eo', 'pid=,ppid=,cputimes=,rss=,args='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [, id, parent, seconds, resident, command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pattern.test(command)
      ? [
          {
            id: Number(id),
            parent: Number(parent),
            seconds: Number(seconds),
            residentMiB: Number(resident) / 1024,
            command,
          },
        ]
      : [];
  });
}
