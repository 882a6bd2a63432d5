import { frameAt, rowAt } from '../../../testing/scene';
import { EMPTY_FEED, FEED_ROWS, follow, freeze, thaw } from './feed';

const newestAt = (index: number) => frameAt(index).recent;

describe('the list of recent events', () => {
  it('follows the newest rows', () => {
    const feed = follow(follow(EMPTY_FEED, newestAt(5)), newestAt(8));
    expect(feed.rows[0]).toEqual(rowAt(8));
  });

  it('stands still while it is frozen and counts what came since', () => {
    const frozen = freeze(follow(EMPTY_FEED, newestAt(5)));
    const feed = follow(follow(frozen, newestAt(8)), newestAt(12));
    expect(feed.rows).toEqual(newestAt(5));
    expect(feed.newer).toBe(7);
  });

  it('counts at least all rows when its own top row has gone', () => {
    const frozen = freeze(follow(EMPTY_FEED, newestAt(5)));
    expect(follow(frozen, newestAt(200)).newer).toBe(newestAt(200).length);
  });

  it('shows the newest rows again when it is let go', () => {
    expect(thaw(newestAt(9))).toEqual({ rows: newestAt(9), newer: 0, frozen: false });
  });

  it('shows a bounded number of rows', () => {
    const many = Array.from({ length: 300 }, (_, index) => rowAt(index));
    expect(follow(EMPTY_FEED, many).rows).toHaveLength(FEED_ROWS);
  });
});
