import type { Alert, EventRow, Frame, LiveMessage, LiveUpdate, Snapshot } from '@watchfloor/contracts';

/** Rows that one update carries at the most. */
export const UPDATE_ROWS = 50;

/** Frames that a client may have missed and still resume from. */
const RING = 50;

interface Sent {
  readonly revision: number;
  readonly text: string;
}

/**
 * The frames of one view (a timeline and a window): every client of the view gets the same bytes. Pure: what time it is
 * and what the state is come in.
 */
export class LiveFrames {
  #frame: Frame | undefined;
  #revision = 0;
  #ring: Sent[] = [];
  /** Text of each member of the last snapshot: what did not change is not sent. */
  #members = new Map<string, string>();

  /**
   * @param epoch names this sequence of revisions; a view that is made anew has another
   * @param modelEpoch epoch of the read model that the frames are made from
   */
  constructor(
    readonly epoch: string,
    readonly modelEpoch: string,
  ) {}

  get revision(): number {
    return this.#revision;
  }

  /**
   * Takes the next state and returns the update that leads to it, as text.
   * @param alerts those that are told now of the ones that are new or have changed, newest first, no more than a frame carries
   */
  next(frame: Frame, alerts: readonly Alert[] = []): string {
    const previous = this.#frame;
    const before = this.#revision;
    this.#frame = frame;
    this.#revision++;
    const update: Omit<LiveUpdate, 'snapshot'> = {
      type: 'update',
      epoch: this.epoch,
      revision: this.#revision,
      previous: before,
      totals: { allEvents: frame.snapshot.totals.allEvents },
      at: frame.at,
      recent: newRows(previous?.recent ?? [], frame.recent),
      ...(previous?.pipeline === frame.pipeline ? {} : { pipeline: frame.pipeline }),
      ...(previous?.ledger === frame.ledger ? {} : { ledger: frame.ledger }),
      ...(alerts.length === 0 ? {} : { alerts: [...alerts] }),
    };
    const text = `${JSON.stringify(update).slice(0, -1)},"snapshot":${this.#changedMembers(frame.snapshot)}}`;
    this.#ring.push({ revision: this.#revision, text });
    if (this.#ring.length > RING) this.#ring.shift();
    return text;
  }

  /** The whole present state, as text; undefined before the first frame. */
  snapshot(): string | undefined {
    if (!this.#frame) return undefined;
    const message: LiveMessage = {
      type: 'snapshot',
      epoch: this.epoch,
      revision: this.#revision,
      totals: { allEvents: this.#frame.snapshot.totals.allEvents },
      frame: this.#frame,
    };
    return JSON.stringify(message);
  }

  /** The members that are not as they were last sent, as the text of one object: each is written only once. */
  #changedMembers(next: Snapshot): string {
    const changed: string[] = [];
    for (const [name, value] of Object.entries(next)) {
      const text = JSON.stringify(value) as string | undefined;
      if (text === undefined || this.#members.get(name) === text) continue;
      this.#members.set(name, text);
      changed.push(`${JSON.stringify(name)}:${text}`);
    }
    return `{${changed.join(',')}}`;
  }

  /** The updates after `revision`, oldest first; undefined when they are not all kept. */
  since(epoch: string, revision: number): string[] | undefined {
    if (epoch !== this.epoch || revision > this.#revision) return undefined;
    const missed = this.#ring.filter((sent) => sent.revision > revision);
    return missed.length === this.#revision - revision ? missed.map((sent) => sent.text) : undefined;
  }
}

function newRows(previous: readonly EventRow[], next: readonly EventRow[]): EventRow[] {
  const known = previous[0]?.id;
  const end = known === undefined ? next.length : next.findIndex((row) => row.id === known);
  return next.slice(0, Math.min(UPDATE_ROWS, end === -1 ? next.length : end));
}
