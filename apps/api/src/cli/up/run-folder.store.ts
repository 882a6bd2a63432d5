import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who runs in a folder. */
export interface Occupant {
  readonly pid: number;
  readonly url: string;
  /** Start time of the process where the system tells it: process ids are used again. */
  readonly startedAt: string;
}

/** The folder of one running system (`.watchfloor`): its data, its logs, and the note that says who uses it. */
export class RunFolder {
  readonly redis: string;
  readonly logs: string;
  private readonly note: string;
  private isMine = false;

  constructor(readonly path: string) {
    this.redis = join(path, 'redis');
    this.logs = join(path, 'logs');
    this.note = join(path, 'running.json');
  }

  /** Takes the folder for this process. Returns who has it, when that is another living process. */
  occupy(url: string): Occupant | undefined {
    for (const folder of [this.path, this.logs]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const mine = { pid: process.pid, url, startedAt: startTime(process.pid) };
    // The exclusive flag decides between two that come at the same moment.
    if (this.tryWrite(mine)) return undefined;
    const other = this.occupant();
    if (other !== undefined) return other;
    rmSync(this.note, { force: true });
    return this.tryWrite(mine) ? undefined : this.occupant();
  }

  /** Who has the folder now; undefined when nobody, or one that is dead. */
  occupant(): Occupant | undefined {
    try {
      const occupant = JSON.parse(readFileSync(this.note, 'utf8')) as Occupant;
      return isAlive(occupant) ? occupant : undefined;
    } catch {
      return undefined;
    }
  }

  leave(): void {
    if (this.isMine) rmSync(this.note, { force: true });
    this.isMine = false;
  }

  private tryWrite(occupant: Occupant): boolean {
    try {
      writeFileSync(this.note, JSON.stringify(occupant), { flag: 'wx' });
      this.isMine = true;
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }
}

function isAlive({ pid, startedAt }: Occupant): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return startTime(pid) === startedAt;
}

/** Field 22 of /proc/PID/stat, clock ticks after boot; empty where there is no /proc. */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command in parentheses, may hold spaces: count from its end.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
