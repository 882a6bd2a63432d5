import { spawnSync } from 'node:child_process';
import { watchfloor } from './running-system';

jest.setTimeout(180_000);

describe('bench', () => {
  it('prints one object whose ledger balances and whose figures are all there', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [watchfloor, 'bench', '--duration', '2s', '--rate', '2000', '--json'],
      { encoding: 'utf8' },
    );
    expect({ status, problem: status === 0 ? '' : stderr }).toEqual({ status: 0, problem: '' });
    const report = JSON.parse(stdout) as Record<string, Record<string, unknown>>;
    expect(report['ledger']).toMatchObject({ balanced: true, deadLettered: 0, inFlight: 0 });
    expect(report['ledger']?.['accepted']).toBe(report['ledger']?.['aggregated']);
    expect(report).toMatchObject({
      eventsPerSecond: expect.any(Number),
      durationSeconds: expect.any(Number),
      latencyMs: { p50: expect.any(Number), p95: expect.any(Number), p99: expect.any(Number) },
      limit: { eventsPerSecond: expect.any(Number) },
      ratioToLimit: expect.any(Number),
      detection: { eventsPerSecond: expect.any(Number), lag: expect.any(Number) },
      redis: { fsync: expect.stringMatching(/^(always|everysec)$/) },
    });
    for (const figures of ['cpu', 'rssMb']) {
      expect(Object.keys(report[figures] ?? {})).toEqual(
        expect.arrayContaining(['edge', 'worker', 'redis', 'gateway', 'driver']),
      );
    }
    // At 2 000 events a second for 2 s every batch of 1 000 was sent once.
    expect(report['events']).toBe(4_000);
  });
});
