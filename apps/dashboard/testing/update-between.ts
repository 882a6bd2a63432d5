import type { Frame, LiveUpdate, Snapshot } from '@watchfloor/contracts';

interface Numbered {
  readonly revision: number;
  readonly frame: Frame;
}

/** The update that takes a client from one frame to a later one, as the gateway sends it. */
export function updateBetween(epoch: string, from: Numbered, to: Numbered): LiveUpdate {
  const known = new Set(from.frame.recent.map(({ id }) => id));
  const changed = Object.entries(to.frame.snapshot).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(from.frame.snapshot[name as keyof Snapshot]),
  );
  const alertsBefore = new Set((from.frame.alerts ?? []).map((alert) => JSON.stringify(alert)));
  return {
    type: 'update',
    epoch,
    revision: to.revision,
    previous: from.revision,
    totals: { allEvents: to.frame.snapshot.totals.allEvents },
    at: to.frame.at,
    snapshot: Object.fromEntries(changed) as Partial<Snapshot>,
    pipeline: to.frame.pipeline,
    ledger: to.frame.ledger,
    recent: to.frame.recent.filter(({ id }) => !known.has(id)),
    alerts: (to.frame.alerts ?? []).filter((alert) => !alertsBefore.has(JSON.stringify(alert))),
  };
}
