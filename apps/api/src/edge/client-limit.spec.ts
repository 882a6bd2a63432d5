import fc from 'fast-check';
import { ClientLimit } from './client-limit';

/** How many of so many requests at one moment are taken. */
function taken(limit: ClientLimit, client: string, now: number, requests: number): number {
  let count = 0;
  for (let i = 0; i < requests; i++) if (limit.take(client, now) === 0) count++;
  return count;
}

describe('the limit of a client', () => {
  it('is a second of its rate at once and its rate from then on', () => {
    const limit = new ClientLimit(10);
    expect(taken(limit, 'a', 5_000, 50)).toBe(10);
    expect(taken(limit, 'a', 5_100, 50)).toBe(1);
    expect(taken(limit, 'a', 5_300, 50)).toBe(2);
    expect(taken(limit, 'a', 60_000, 50)).toBe(10);
  });

  it('says how long to wait, and takes the request then', () => {
    const limit = new ClientLimit(4);
    taken(limit, 'a', 0, 4);
    const wait = limit.take('a', 0);
    expect(wait).toBeCloseTo(250, 5);
    expect(limit.take('a', wait - 1)).toBeGreaterThan(0);
    expect(limit.take('a', wait)).toBe(0);
  });

  it('is each client’s own', () => {
    const limit = new ClientLimit(2);
    expect(taken(limit, 'a', 0, 5)).toBe(2);
    expect(taken(limit, 'b', 0, 5)).toBe(2);
  });

  it('lets no client have more than its rate and one burst, whenever it asks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 300 }),
        (rate, gaps) => {
          const limit = new ClientLimit(rate);
          let now = 0;
          let count = 0;
          for (const gap of gaps) {
            now += gap;
            if (limit.take('a', now) === 0) count++;
          }
          expect(count).toBeLessThanOrEqual(rate + Math.ceil((now * rate) / 1_000));
        },
      ),
    );
  });

  it('remembers no more clients than it may, the quiet ones last of all', () => {
    const limit = new ClientLimit(1, 3);
    for (const client of ['a', 'b', 'c', 'd', 'e']) limit.take(client, 0);
    expect(limit.clients).toBe(3);
    expect(limit.take('e', 0)).toBeGreaterThan(0);
    limit.take('f', 10_000);
    expect(limit.clients).toBe(1);
  });
});
