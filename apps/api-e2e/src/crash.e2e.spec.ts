import { once } from 'node:events';
import type { Ledger } from '@watchfloor/contracts';
import { freePort, type PrivateRedis } from '@watchfloor/redis';
import { ownRedis } from '@watchfloor/redis/testing';
import { ApiClient, ApiProcess } from './api-process';
import { until } from './running-system';

jest.setTimeout(300_000);

const LINES = 1_000;
const SOURCES = 40;

/** One request's lines: failed logins of a few sources, so that every source has the same number in the end. */
function body(request: number): string {
  const time = new Date().toISOString();
  return Array.from(
    { length: LINES },
    (_, line) =>
      `${time} gate-1 sshd[${1_000 + line}]: Failed password for root from 198.18.${request % 8}.${line % SOURCES} port 50022 ssh2`,
  ).join('\n');
}

/** One Redis, one edge and gateway, and workers that a test starts and kills. */
class Rehearsal {
  /** How many processes of `runAgainAndAgain` have ended. */
  deaths = 0;
  readonly #processes: ApiProcess[] = [];
  #ended = false;

  private constructor(
    readonly redis: PrivateRedis,
    readonly client: ApiClient,
    private readonly env: Record<string, string>,
  ) {}

  static async start(faults = ''): Promise<Rehearsal> {
    const redis = await ownRedis({ maxmemoryBytes: 2 * 1024 ** 3 });
    const port = await freePort();
    const env = { REDIS_URL: redis.url, PORT: String(port), FAULTS: faults };
    const rehearsal = new Rehearsal(redis, new ApiClient(`http://127.0.0.1:${port}`), env);
    rehearsal.run('edge,gateway');
    await rehearsal.client.untilReady();
    return rehearsal;
  }

  run(roles: string): ApiProcess {
    const started = ApiProcess.start({ ...this.env, ROLES: roles });
    this.#processes.push(started);
    return started;
  }

  /** Runs processes of those roles one after the other: when one dies, the next is started, as a supervisor does. */
  runAgainAndAgain(roles: string): void {
    const { process } = this.run(roles);
    process.once('exit', () => {
      this.deaths++;
      if (!this.#ended) this.runAgainAndAgain(roles);
    });
  }

  /** Sends requests first to last - 1, a few at a time. */
  async sendAll(first: number, last: number): Promise<void> {
    let next = first;
    const lane = async (): Promise<void> => {
      for (let request = next++; request < last; request = next++) {
        await this.client.sendUntilStored('openssh', `request-${request}`, body(request));
      }
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
  }

  untilAggregated(events: number): Promise<void> {
    return until(async () => (await this.client.ledger()).aggregated >= events);
  }

  /** Tells every process to end; resolves for each when it has. */
  endAsTold(): Promise<unknown>[] {
    return this.#processes.map(({ process }) => {
      const ended = once(process, 'exit');
      process.kill('SIGTERM');
      return ended;
    });
  }

  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#processes.map((one) => one.kill9()));
  }
}

let rehearsal: Rehearsal | undefined;
afterEach(async () => {
  await rehearsal?.end();
});

/**
 * Sends the requests while one worker is frozen for longer than its jobs are locked, thawed again as a zombie, and killed;
 * then the other is killed too and a third goes on.
 */
async function crashThrough(
  requests: number,
  faults: string,
): Promise<{ ledger: Ledger; resumedAfterMs: number }> {
  rehearsal = await Rehearsal.start(faults);
  const events = requests * LINES;
  const first = rehearsal.run('worker');
  const sent = rehearsal.sendAll(0, requests);
  await rehearsal.untilAggregated(events * 0.1);

  first.signal('SIGSTOP');
  const second = rehearsal.run('worker');
  const frozenAt = (await rehearsal.client.ledger()).aggregated;
  await rehearsal.untilAggregated(frozenAt + events * 0.2);
  first.signal('SIGCONT');
  await rehearsal.untilAggregated(frozenAt + events * 0.3);
  await first.kill9();

  await second.kill9();
  const killedAt = performance.now();
  const atKill = (await rehearsal.client.ledger()).aggregated;
  rehearsal.run('worker');
  await rehearsal.untilAggregated(atKill + 1);
  const resumedAfterMs = performance.now() - killedAt;

  await sent;
  return { ledger: await rehearsal.client.untilDrained(), resumedAfterMs };
}

describe('kill -9 of workers in the middle of 200 000 events', () => {
  it('costs nothing: every event is counted once, the ledger balances, work resumes within 8 s', async () => {
    const { ledger, resumedAfterMs } = await crashThrough(200, '');

    expect(ledger).toMatchObject({ balanced: true, inFlight: 0, deadLettered: 0, aggregated: 200_000 });
    expect(resumedAfterMs).toBeLessThan(8_000);
    const snapshot = await rehearsal?.client.snapshotOf(200_000, 'window=24h');
    expect(snapshot?.totals.events).toBe(200_000);
    // 200 requests over 8 networks of 40 sources each: 200 000 / 320 events a source.
    expect(snapshot?.topSources.map(({ count }) => count)).toEqual(new Array(20).fill(625));
  });

  it('counts wrong without compare-and-set: the control of the test above', async () => {
    const { ledger } = await crashThrough(200, 'no-compare-and-set');
    const snapshot = await rehearsal?.client.snapshotOf(ledger.aggregated, 'window=24h');
    const exact = ledger.balanced && ledger.aggregated === 200_000 && snapshot?.totals.events === 200_000;
    expect(exact).toBe(false);
  });
});

describe('an event that kills its worker', () => {
  it('is a dead letter in the end, and every other event is counted once', async () => {
    rehearsal = await Rehearsal.start('marked-events-kill');
    rehearsal.runAgainAndAgain('worker');
    const { client } = rehearsal;
    await rehearsal.sendAll(0, 8);
    const killing = body(8).replace(/from 198\.1[89]\.\d+\.\d+/, 'from 198.19.255.66');
    await client.sendUntilStored('openssh', 'request-8', killing);
    await rehearsal.sendAll(9, 12);

    const ledger = await client.untilDrained(60_000);

    expect(ledger).toMatchObject({ balanced: true, inFlight: 0, aggregated: 11_999, deadLettered: 1 });
    expect(ledger.stages[1]?.byReason).toEqual({ crashed_worker: 1 });
    expect(rehearsal.deaths).toBeGreaterThan(1);
    expect(rehearsal.deaths).toBeLessThan(12);
  });
});

describe('kill -9 of Redis', () => {
  it('loses nothing that was acknowledged', async () => {
    rehearsal = await Rehearsal.start();
    rehearsal.run('worker');
    const sent = rehearsal.sendAll(0, 60);
    for (const share of [10_000, 30_000]) {
      await rehearsal.untilAggregated(share);
      await rehearsal.redis.kill9();
      await rehearsal.redis.restart();
      await rehearsal.client.untilReady();
    }
    await sent;
    const ledger = await rehearsal.client.untilDrained();
    expect(ledger).toMatchObject({ balanced: true, inFlight: 0, aggregated: 60_000 });
    expect(ledger.edge.accepted).toBe(60_000);
    const snapshot = await rehearsal.client.snapshotOf(60_000, 'window=24h');
    expect(snapshot.totals.events).toBe(60_000);
  });

  it('keeps no process from ending in time', async () => {
    rehearsal = await Rehearsal.start();
    const worker = rehearsal.run('worker');
    await rehearsal.sendAll(0, 4);
    await rehearsal.untilAggregated(4_000);

    await rehearsal.redis.kill9();
    const toldAt = performance.now();
    await Promise.all(rehearsal.endAsTold());

    expect(worker.process.signalCode).toBe('SIGTERM');
    expect(performance.now() - toldAt).toBeLessThan(5_000);
  });
});
