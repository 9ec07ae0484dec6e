import { spawnSync } from 'node:child_process';

/** Kills the extension host that this test has started, as a crash would; it is identified by its ancestors. */
export function killExtensionHost(): void {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const processes = stdout.split('\n').map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? []);
  const parents = new Map(processes.map(([, pid, parent]) => [Number(pid), Number(parent)]));
  const isOurs = (pid: number): boolean => pid === process.pid || (pid > 1 && isOurs(parents.get(pid) ?? 0));
  const found = processes.find(
    ([, pid, , args]) => args?.includes('--type=extensionHost') && isOurs(Number(pid)),
  );
  process.kill(Number(found![1]), 'SIGKILL');
}
