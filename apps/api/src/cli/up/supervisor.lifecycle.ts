import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from './part';
import { countDeath, restartDelayMs } from './restart-backoff';

/**
 * Keeps parts running: each is started in the order given, one that ends by itself is started again, and all are stopped in
 * the reverse order, so that whatever feeds another part stops before it. Every such moment is one line for the person who watches.
 */
export class Supervisor {
  private readonly started: Part[] = [];
  private readonly deaths = new Map<Part, number>();
  private readonly startedAt = new Map<Part, number>();
  private readonly stopping = new AbortController();
  private isUp = false;
  private reportStartupDeath: (error: Error) => void = () => undefined;

  /** Rejects when a part ends, or all are stopped, before `markUp` is called; a death then is a failed start, not something to repeat. */
  readonly startupDeath: Promise<never>;

  constructor(private readonly say: (line: string) => void) {
    this.startupDeath = new Promise<never>((_, reject) => (this.reportStartupDeath = reject));
    this.startupDeath.catch(() => undefined);
  }

  /** Starts a part and watches it from now on. Rejects when it does not come up. */
  async start(part: Part): Promise<void> {
    this.stopping.signal.throwIfAborted();
    this.started.push(part);
    part.onExit((how) => void this.answerDeath(part, how));
    await part.start();
    this.startedAt.set(part, performance.now());
  }

  /** From now on a part that ends is started again. */
  markUp(): void {
    this.isUp = true;
  }

  /** Stops everything in the reverse order of its start. */
  async stop(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    this.reportStartupDeath(new Error('stopped before it was ready'));
    for (const part of [...this.started].reverse()) {
      if (part.pid === undefined) continue;
      this.say(`${part.name} ${await part.stop()}`);
    }
  }

  /** Ends everything at once, without draining. */
  kill(): void {
    this.stopping.abort();
    for (const { pid } of this.started) {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    }
  }

  private async answerDeath(part: Part, how: string): Promise<void> {
    if (this.stopping.signal.aborted) return;
    if (!this.isUp) {
      this.reportStartupDeath(new Error(`${part.name} ended by itself (${how})`));
      return;
    }
    const livedMs = performance.now() - (this.startedAt.get(part) ?? 0);
    const deaths = countDeath(this.deaths.get(part) ?? 0, livedMs);
    this.deaths.set(part, deaths);
    const waitMs = restartDelayMs(deaths);
    this.say(`${part.name} ended (${how}); starting it again in ${waitMs} ms`);
    await this.startAgain(part, waitMs);
  }

  private async startAgain(part: Part, waitMs: number): Promise<void> {
    try {
      await delay(waitMs, undefined, { signal: this.stopping.signal });
    } catch {
      return;
    }
    this.startedAt.set(part, performance.now());
    try {
      await part.start();
      this.say(`${part.name} runs again (pid ${part.pid ?? '-'})`);
    } catch (error) {
      // A part that reports its own exit is answered there; this is one that never got so far.
      if (part.pid === undefined) await this.answerDeath(part, (error as Error).message);
    }
  }
}
