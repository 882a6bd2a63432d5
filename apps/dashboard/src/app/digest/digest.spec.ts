import { frameAt } from '../../../testing/scene';
import { digest } from './digest';

const frame = frameAt(3);

describe('the digest', () => {
  it('tells rate, sources and the stage that holds the others up', () => {
    const words = digest(frame, 'live', '');
    expect(words).toContain('events per second');
    expect(words).toContain('2,321 sources from 15 countries');
    expect(words).toContain('processing holds the others up');
  });

  it('tells first of all that the data is old, and why', () => {
    expect(digest(frame, 'lost', 'The server does not answer.')).toBe(
      'The data on the screen is old. The server does not answer.',
    );
  });

  it('tells that the ledger does not balance', () => {
    expect(digest({ ...frame, ledger: { ...frame.ledger, balanced: false } }, 'live', '')).toContain(
      'the ledger does not balance',
    );
  });

  it('tells an empty range from a missing connection', () => {
    const { snapshot } = frame;
    const quiet = { ...frame, snapshot: { ...snapshot, totals: { ...snapshot.totals, events: 0 } } };
    expect(digest(quiet, 'live', '')).toContain('No events');
    expect(digest(null, 'loading', '')).toContain('Connecting');
  });
});
