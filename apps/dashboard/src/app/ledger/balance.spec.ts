import fc from 'fast-check';
import { frameAt } from '../../../testing/scene';
import { balance } from './balance';

const { ledger } = frameAt(3);

describe('the balance', () => {
  it('holds when both sums close', () => {
    expect(balance(ledger)).toEqual({ balanced: true, receivedDifference: 0, acceptedDifference: 0 });
  });

  it('is off by exactly what is missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), (missing) => {
        const lost = balance({ ...ledger, aggregated: ledger.aggregated - missing });
        expect(lost).toMatchObject({ balanced: false, acceptedDifference: missing });
        const unheard = balance({
          ...ledger,
          edge: { ...ledger.edge, received: ledger.edge.received + missing },
        });
        expect(unheard).toMatchObject({ balanced: false, receivedDifference: missing });
      }),
    );
  });

  it('does not hold when the server says so', () => {
    expect(balance({ ...ledger, balanced: false }).balanced).toBe(false);
  });
});
