import { createLineReader } from '../../pipeline/ingest/normalise';
import { floodLines } from './flood-lines';

const NOW = Date.parse('2026-01-05T10:00:00.000Z');

describe('the lines of a flood', () => {
  it('are access log lines of which each names another source, user and path', () => {
    const reader = createLineReader('nginx.access', { timezone: 'UTC', nearestTo: NOW });
    const seen = { sources: new Set<string>(), users: new Set<string>(), paths: new Set<string>() };
    for (const line of floodLines(5, 20_000, NOW).split('\n')) {
      const outcome = reader.read(line);
      if ('rejected' in outcome) throw new Error(`${outcome.rejected.reason}: ${line}`);
      const { source, user, url } = outcome.event;
      seen.sources.add(source?.ip ?? '');
      seen.users.add(user?.name ?? '');
      seen.paths.add(url?.path ?? '');
    }
    expect([seen.sources.size, seen.users.size, seen.paths.size]).toEqual([20_000, 20_000, 20_000]);
  });

  it('come from the networks of simulated sources alone', () => {
    for (const line of floodLines(0, 5_000, NOW).split('\n'))
      expect(line).toMatch(/^(198\.1[89]\.|2001:db8::)/);
  });
});
