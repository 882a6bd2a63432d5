import type { Alert } from '@watchfloor/contracts';
import { type AlertPlace, newestAlertFirst, placeOf } from './alert-place';

/** What one look into a partition brought, in the order of places. */
export interface AlertLook {
  /** Alerts looked at, and those of them that are wanted. */
  readonly looks: number;
  readonly alerts: readonly Alert[];
  /** Where it ended; undefined when nothing follows. */
  readonly to: AlertPlace | undefined;
}

/** Looks at the next alerts of one partition behind a place. */
export type LookForAlerts = (after: AlertPlace | undefined) => Promise<AlertLook>;

/** A page of alerts, and the place behind which the next one begins; undefined when nothing follows. */
export interface AlertPage {
  readonly items: readonly Alert[];
  readonly next: AlertPlace | undefined;
}

interface Tail {
  readonly look: LookForAlerts;
  waiting: Alert[];
  to: AlertPlace | undefined;
  ended: boolean;
}

/**
 * Takes one page out of all partitions, in the order of places. An alert is taken once every partition was looked at as
 * far as its place. The page ends early, at a place that all have reached, when too many were looked at in vain.
 * @param from the `next` of the page before
 */
export async function takeAlerts(
  partitions: readonly LookForAlerts[],
  from: AlertPlace | undefined,
  { limit, mostLooks }: { readonly limit: number; readonly mostLooks: number },
): Promise<AlertPage> {
  const tails = partitions.map((look): Tail => ({ look, waiting: [], to: from, ended: false }));
  const items: Alert[] = [];
  for (let looks = 0; ;) {
    const brought = await Promise.all(tails.map(lookFurther));
    looks += brought.reduce((all, one) => all + one, 0);
    const reached = reachedByAll(tails);
    items.push(...takeUntil(tails, reached));
    if (items.length > limit) return upTo(items.slice(0, limit));
    if (reached === undefined) return { items, next: undefined };
    if (looks >= mostLooks) return { items, next: reached };
  }
}

async function lookFurther(tail: Tail): Promise<number> {
  if (tail.ended || tail.waiting.length > 0) return 0;
  const { looks, alerts, to } = await tail.look(tail.to);
  tail.waiting = [...alerts];
  tail.ended = to === undefined;
  tail.to = to;
  return looks;
}

/** The place up to which every partition was looked at; undefined when all have ended. */
function reachedByAll(tails: readonly Tail[]): AlertPlace | undefined {
  return tails.reduce<AlertPlace | undefined>(
    (least, { ended, to }) =>
      ended || to === undefined || (least !== undefined && least <= to) ? least : to,
    undefined,
  );
}

function takeUntil(tails: readonly Tail[], reached: AlertPlace | undefined): Alert[] {
  const taken: Alert[] = [];
  for (const tail of tails) {
    const end = tail.waiting.findIndex((alert) => reached !== undefined && placeOf(alert) > reached);
    taken.push(...tail.waiting.splice(0, end === -1 ? tail.waiting.length : end));
  }
  return taken.sort(newestAlertFirst);
}

function upTo(items: readonly Alert[]): AlertPage {
  const last = items.at(-1);
  return { items, next: last && placeOf(last) };
}
