import type { Alert, AlertNote, AlertStatus } from '@watchfloor/contracts';
import type { AlertChange } from '../detection/alert-book';
import { ALERTS } from '../topology';

/** How people handle an alert, apart from what detection says of it. */
export type Handling = Pick<Alert, 'version' | 'status' | 'assignee' | 'notes'>;

/** What a step of handling asks for; what is absent stays. */
export interface HandlingChange {
  readonly status?: AlertStatus | undefined;
  /** null takes the alert from whoever has it. */
  readonly assignee?: string | null | undefined;
  readonly note?: string | undefined;
}

/** Who takes a step, and when (wall clock, ms since the epoch). */
export interface HandlingStep {
  readonly by: string;
  readonly now: number;
}

/** The name under which the pipeline itself takes steps. */
export const WATCHFLOOR = 'watchfloor';

/** The step that closes an open alert that ended: its attack went silent, or for another `cause`. */
export function endNote(now: number, cause?: AlertChange['cause']): AlertNote {
  return {
    at: new Date(now).toISOString(),
    by: WATCHFLOOR,
    text:
      cause === 'rule'
        ? 'closed: the rule was changed or removed'
        : 'closed: nothing more came for the silence of the rule',
    status: 'closed',
  };
}

/**
 * The handling after a step, one version on; undefined when the step changes nothing. The oldest notes go where
 * there are too many.
 */
export function takeStep(before: Handling, change: HandlingChange, step: HandlingStep): Handling | undefined {
  const { status = before.status, assignee = before.assignee, note = '' } = change;
  if (status === before.status && assignee === before.assignee && note === '') return undefined;
  const taken: AlertNote = {
    at: new Date(step.now).toISOString(),
    by: step.by,
    text: note,
    ...(status === before.status ? {} : { status }),
    ...(assignee === before.assignee ? {} : { assignee }),
  };
  const notes = [...before.notes, taken].slice(-ALERTS.notes);
  return { version: before.version + 1, status, assignee, notes };
}

/** The record behind the version and status (see lua/alerts.ts): the assignee, then one note a line. */
export function formatHandling({ assignee, notes }: Handling): string {
  return [assignee, ...notes].map((part) => JSON.stringify(part)).join('\n');
}

/** The handling in a whole record; that of an alert just raised for an empty one. */
export function parseHandling(text: string): Handling {
  if (text === '') return { version: 1, status: 'open', assignee: null, notes: [] };
  const [head = '', assignee = 'null', ...notes] = text.split('\n');
  const [version, status] = head.split(' ');
  return {
    version: Number(version),
    status: status as AlertStatus,
    assignee: JSON.parse(assignee) as string | null,
    notes: notes.map((note) => JSON.parse(note) as AlertNote),
  };
}
