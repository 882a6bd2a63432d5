import { EventGenerator } from '../generation/event-generator';
import { linesOf, requestFor } from '../generation/testing';
import { LogLinesPublisher } from './log-lines.publisher';
import { SimulationRun, type SimulationRunOptions } from './simulation-run.publisher';
import { LogReceiver, type Script } from './testing';
import { VirtualClock } from './virtual-clock';

const REQUEST = requestFor('demo', { linesPerSecond: 300, durationMs: 20_000 });

async function runAgainst(
  script: Script | undefined,
  changes: Partial<SimulationRunOptions> = {},
  during: (run: SimulationRun, receiver: LogReceiver) => void | Promise<void> = () => undefined,
) {
  const receiver = await LogReceiver.start(script);
  const publisher = new LogLinesPublisher({
    target: receiver.url,
    inFlight: 4,
    timeoutMs: 5_000,
    giveUpAfterMs: 10_000,
  });
  const speed = changes.speed ?? Infinity;
  const run = new SimulationRun(new EventGenerator(REQUEST), publisher, {
    runId: 'run',
    clock: new VirtualClock(performance.now(), speed),
    speed,
    timeline: undefined,
    longestLagMs: Infinity,
    resendShare: 0,
    onLine: () => undefined,
    ...changes,
  });
  const running = run.run();
  await during(run, receiver);
  const finished = await running;
  await publisher.close();
  await receiver.stop();
  return { receiver, figures: publisher.ledger.figures(), finished };
}

const sorted = (lines: readonly string[]): string[] => [...lines].sort();
const EXPECTED = linesOf(REQUEST).map(({ text }) => text);

describe('SimulationRun', () => {
  it('sends every line exactly once, to its dataset, with the host where lines do not name it', async () => {
    const { receiver, figures, finished } = await runAgainst(undefined);
    expect(sorted(receiver.lines)).toEqual(sorted(EXPECTED));
    expect(figures).toMatchObject({ sent: EXPECTED.length, accepted: EXPECTED.length, duplicates: 0 });
    expect(finished).toBe(true);
    for (const { path, query } of receiver.requests) {
      expect(path).toMatch(/^\/api\/v1\/logs\/[a-z.]+$/);
      expect('host' in query).toBe(/nginx|zeek|suricata|cowrie/.test(path));
    }
  });

  it('loses and repeats nothing when the receiver cuts, refuses and stores without answering', async () => {
    const { receiver, figures } = await runAgainst((index) => {
      if (index % 5 === 1) return { kind: 'cut', store: index % 2 === 0 };
      return index % 7 === 3 ? { kind: 'answer', status: 503, retryAfter: '0' } : undefined;
    });
    expect(sorted(receiver.lines)).toEqual(sorted(EXPECTED));
    expect(figures.accepted).toBe(EXPECTED.length);
    expect(figures.duplicates).toBe(receiver.duplicates);
    expect(figures.sent).toBe(figures.accepted + figures.duplicates + figures.rejected + figures.refused);
  });

  it('counts requests that it repeats on purpose as duplicates, as the receiver does', async () => {
    const { receiver, figures } = await runAgainst(undefined, { resendShare: 0.25 });
    expect(receiver.duplicates).toBeGreaterThan(0);
    expect(figures).toMatchObject({ accepted: EXPECTED.length, duplicates: receiver.duplicates });
  });

  it('sends no event before its time, and the whole run in its own time', async () => {
    const startedAt = performance.now();
    const early: number[] = [];
    const speed = 20;
    await runAgainst(undefined, {
      speed,
      clock: new VirtualClock(startedAt, speed),
      onLine: ({ arrivalUs }) => {
        const aheadMs = arrivalUs / 1000 - (performance.now() - startedAt) * speed;
        if (aheadMs > 0) early.push(aheadMs);
      },
    });
    expect(early).toEqual([]);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_000);
  });

  it('stops without losing what is under way', async () => {
    const { receiver, figures, finished } = await runAgainst(
      undefined,
      { speed: 1 },
      async (run, receiving) => {
        while (receiving.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
        run.stop();
      },
    );
    expect(finished).toBe(false);
    expect(figures.accepted).toBe(receiver.lines.length);
    expect(receiver.lines.length).toBeLessThan(EXPECTED.length);
  });

  it('lets events happen later, not all at once, after it was behind for too long', async () => {
    const seen: number[] = [];
    const startedAt = performance.now() - 60_000;
    await runAgainst(undefined, {
      speed: 10,
      clock: new VirtualClock(startedAt, 10),
      longestLagMs: 1_000,
      onLine: ({ eventUs, arrivalUs }) => seen.push(eventUs - REQUEST.startMs * 1000 - arrivalUs),
    });
    expect(Math.min(...seen)).toBeGreaterThan(50_000_000);
  });
});
