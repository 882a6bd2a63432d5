import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Reads `+ PID` and `- PID` lines until its standard input ends, which the kernel brings about when the process that holds
 * the other end is gone, whatever killed it. Then it ends what is still listed: TERM, five seconds, KILL.
 */
const watch = `
trap '' INT TERM HUP
pids=
while read -r sign pid; do
  case $sign in
    +) pids="$pids $pid" ;;
    -) kept=
       for each in $pids; do [ "$each" = "$pid" ] || kept="$kept $each"; done
       pids=$kept ;;
  esac
done
[ -n "$pids" ] || exit 0
for pid in $pids; do kill -TERM "$pid" 2>/dev/null; done
tries=0
while [ $tries -lt 50 ]; do
  alive=
  for pid in $pids; do kill -0 "$pid" 2>/dev/null && alive=yes; done
  [ -n "$alive" ] || exit 0
  sleep 0.1
  tries=$((tries + 1))
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
`;

/**
 * Ends the children of this process when this process ends in a way that lets it do nothing itself (SIGKILL, a crash).
 * One small shell holds the list; it lives in a session of its own, so that Ctrl+C does not reach it before its parent is done.
 */
export class ProcessGuard {
  /** What the shell runs. */
  static readonly script = watch;

  private shell: ChildProcess | undefined;

  /** Puts a child under guard until it exits. Returns the child. */
  protect<Child extends ChildProcess>(child: Child): Child {
    const { pid } = child;
    if (pid === undefined) return child;
    this.tell(`+ ${pid}\n`);
    child.once('exit', () => this.tell(`- ${pid}\n`));
    return child;
  }

  private tell(line: string): void {
    this.shell ??= this.open();
    this.shell.stdin?.write(line);
  }

  private open(): ChildProcess {
    const shell = spawn('/bin/sh', ['-c', watch], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    // The guard may be ended by hand; losing it must not take its parent along.
    shell.on('error', () => undefined);
    shell.stdin.on('error', () => undefined);
    shell.unref();
    (shell.stdin as Socket).unref();
    return shell;
  }
}

/** The guard of this process; one is enough for all its children. */
export const processGuard = new ProcessGuard();
