import fc from 'fast-check';
import { anEvent } from '@watchfloor/contracts/testing';
import { partitionOf } from '../pipeline/partitioning';
import type { IdentifiedEvent } from './judge-events';
import { dedupeMember, splitEvents } from './split-events';

const named = (id: string) => anEvent({ event: { id, category: ['network'] } }) as IdentifiedEvent;

describe('splitEvents', () => {
  it('puts every event into the part of its id, in the order of the batch', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/)),
        fc.integer({ min: 1, max: 16 }),
        (ids, partitions) => {
          const parts = splitEvents(ids.map(named), partitions);
          expect(new Set(parts.map(({ partition }) => partition)).size).toBe(parts.length);
          for (const { partition, events } of parts) {
            const expected = ids.filter((id) => partitionOf(id, partitions) === partition);
            expect(events.map(({ event }) => event.id)).toEqual(expected);
          }
          expect(parts.reduce((sum, { events }) => sum + events.length, 0)).toBe(ids.length);
        },
      ),
    );
  });

  it('gives each named timeline ids of its own', () => {
    expect(dedupeMember(named('a'), 'live')).toBe('a');
    expect(dedupeMember(named('a'), 'replay-1')).toBe('replay-1/a');
  });
});
