import { readFileSync } from 'node:fs';

/** Clock ticks a second of /proc; the kernel has given user space 100 on every architecture since 2.6. */
const ticksPerSecond = 100;

/** CPU seconds that a process has used so far; undefined where there is no /proc or no such process. */
export function cpuSecondsOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command, in parentheses, may hold spaces; utime and stime are fields 14 and 15 of the whole line.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return undefined;
  }
}

/** Resident memory of a process in MB; undefined where there is no /proc or no such process. */
export function residentMbOf(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** Watches processes by role: CPU between `begin` and `end` in cores, and the most memory seen in between. */
export class UsageRecord {
  private readonly began = new Map<string, number>();
  private readonly peakMb = new Map<string, number>();
  private peakSumMb = 0;
  private beganAt = 0;
  private sampling: NodeJS.Timeout | undefined;

  /** @param processes process ids of each role */
  constructor(private readonly processes: ReadonlyMap<string, readonly number[]>) {}

  begin(): void {
    this.beganAt = performance.now();
    for (const [name, pids] of this.processes) this.began.set(name, sumOf(pids, cpuSecondsOf) ?? NaN);
    this.sample();
    this.sampling = setInterval(() => this.sample(), 500).unref();
  }

  /** Cores used and peak MB by name; `null` where this system does not tell. `rssMb.total` is the peak of the sum. */
  end(): { cpu: Record<string, number | null>; rssMb: Record<string, number | null> } {
    clearInterval(this.sampling);
    this.sample();
    const seconds = (performance.now() - this.beganAt) / 1000;
    const cpu = [...this.processes].map(([name, pids]): [string, number | null] => {
      const used = (sumOf(pids, cpuSecondsOf) ?? NaN) - (this.began.get(name) ?? NaN);
      return [name, Number.isNaN(used) ? null : round(used / seconds, 3)];
    });
    const rss = [...this.processes.keys()].map((name): [string, number | null] => {
      const peak = this.peakMb.get(name);
      return [name, peak === undefined ? null : round(peak, 1)];
    });
    return {
      cpu: Object.fromEntries(cpu),
      rssMb: { ...Object.fromEntries(rss), total: this.peakSumMb > 0 ? round(this.peakSumMb, 1) : null },
    };
  }

  private sample(): void {
    let sum = 0;
    for (const [name, pids] of this.processes) {
      const mb = sumOf(pids, residentMbOf);
      if (mb === undefined) continue;
      sum += mb;
      this.peakMb.set(name, Math.max(mb, this.peakMb.get(name) ?? 0));
    }
    this.peakSumMb = Math.max(this.peakSumMb, sum);
  }
}

/** The sum over processes; undefined when one of them does not tell. */
function sumOf(pids: readonly number[], figureOf: (pid: number) => number | undefined): number | undefined {
  let sum = 0;
  for (const pid of pids) {
    const figure = figureOf(pid);
    if (figure === undefined) return undefined;
    sum += figure;
  }
  return sum;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
