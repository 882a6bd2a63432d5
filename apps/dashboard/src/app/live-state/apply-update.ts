import type { Alert, EventRow, Frame, LiveMessage, LiveUpdate } from '@watchfloor/contracts';
import { withAlerts } from './alert-list';

/** Everything the server has told: one frame with the epoch and revision that it belongs to. */
export interface LiveState {
  readonly epoch: string;
  readonly revision: number;
  /** The revision of the snapshot that it goes on from: of what that left out nothing is known before it. */
  readonly since: number;
  /** Events aggregated since the first start of the system. */
  readonly allEvents: number;
  readonly frame: Frame;
}

export type UpdateOutcome =
  | { readonly kind: 'applied'; readonly state: LiveState }
  /** Already contained in the state: a resumed connection repeats what was on its way. */
  | { readonly kind: 'repeated' }
  /** Something between the state and the update is missing: ask the server for it. */
  | { readonly kind: 'gap' };

/** Rows of recent events kept in the browser: more than the feed shows, little enough to copy per frame. */
export const MAX_RECENT_ROWS = 500;

/** The state that a `snapshot` message replaces everything with. */
export function fromSnapshot(message: Extract<LiveMessage, { type: 'snapshot' }>): LiveState {
  const { epoch, revision, totals, frame } = message;
  return {
    epoch,
    revision,
    since: revision,
    allEvents: totals.allEvents,
    frame: { ...frame, recent: bounded(frame.recent), ...alertsOf(withAlerts([], frame.alerts ?? [])) },
  };
}

/**
 * Applies an update when it follows the state without a gap (`previous` is the state's revision, in the same epoch).
 * The state itself is never changed; members that the update leaves out keep their identity.
 */
export function applyUpdate(state: LiveState, update: LiveUpdate): UpdateOutcome {
  if (update.epoch !== state.epoch) return { kind: 'gap' };
  if (update.revision <= state.revision) return { kind: 'repeated' };
  if (update.previous !== state.revision) return { kind: 'gap' };
  const { frame } = state;
  return {
    kind: 'applied',
    state: {
      epoch: state.epoch,
      revision: update.revision,
      since: state.since,
      allEvents: update.totals.allEvents,
      frame: {
        at: update.at,
        snapshot: { ...frame.snapshot, ...update.snapshot },
        pipeline: update.pipeline ?? frame.pipeline,
        ledger: update.ledger ?? frame.ledger,
        recent: update.recent.length === 0 ? frame.recent : bounded([...update.recent, ...frame.recent]),
        ...alertsOf(withAlerts(frame.alerts ?? [], update.alerts ?? [])),
      },
    },
  };
}

function alertsOf(alerts: readonly Alert[]): Pick<Frame, 'alerts'> {
  return alerts.length === 0 ? {} : { alerts: [...alerts] };
}

function bounded(rows: EventRow[]): EventRow[] {
  return rows.length > MAX_RECENT_ROWS ? rows.slice(0, MAX_RECENT_ROWS) : rows;
}
