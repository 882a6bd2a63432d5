import { TIMELINE_PRODUCERS } from '../pipeline/topology';
import { startEdge, type TestEdge } from './testing';

let edge: TestEdge;

beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge.close());

const put = (name: string, body: unknown): Promise<Response> =>
  fetch(`${edge.url}/api/v1/timelines/${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { code: string }).code;

describe('what a producer says of its timeline', () => {
  it('is kept, the last word of it', async () => {
    expect((await put('replay-1', { state: 'open' })).status).toBe(204);
    expect((await put('replay-1', { state: 'ended' })).status).toBe(204);
    expect(await edge.redis.hget(edge.keys.global(TIMELINE_PRODUCERS), 'replay-1')).toBe('ended');
  });

  it('makes the timeline known, as its first event does', async () => {
    await put('replay-2', { state: 'open' });
    expect(await edge.redis.hexists(edge.keys.global('timelines'), 'replay-2')).toBe(1);
  });

  it('is refused where it is no such word, or of no such timeline', async () => {
    for (const body of [{}, { state: 'paused' }, { state: 'open', until: 'noon' }]) {
      const response = await put('replay-3', body);
      expect([response.status, await codeOf(response)]).toEqual([400, 'invalid_field']);
    }
    for (const name of ['live', 'Replay']) {
      const response = await put(name, { state: 'ended' });
      expect([response.status, await codeOf(response)]).toEqual([400, 'invalid_parameter']);
    }
  });
});
