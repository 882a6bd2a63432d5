import { WINDOW_STEPS, type WindowStep } from '@watchfloor/contracts';
import { LIVE_TIMELINE } from '../topology';
import { DIMENSIONS, type Tally } from './tally';

/** What a key takes in a stored window, text and counts, as floods of addresses and names have it. */
const BYTES_A_KEY = 16;

/** Keys of a dimension that a window keeps however little room there is. */
const LEAST_KEYS = 20;

/** A window that is still too large is cut to this share of its keys at the most, so that every cut acts. */
const CUT_AGAIN = 0.5;

/** Part of the room that live has for itself, whatever the named timelines hold, and they whatever it holds. */
const RESERVED = 0.5;

/** A window that is to be stored. */
export interface WindowToStore {
  readonly timeline: string;
  readonly step: WindowStep;
  /** Bytes of the stored window whose place it takes; 0 for none. */
  readonly replaces: number;
}

/** What a room is made of. */
export interface RoomSettings {
  /** Keys of a dimension that a window keeps where there is room. */
  readonly trackedKeys: number;
  /** Bytes that the windows of one step may take, all timelines together. */
  readonly bytesAStep: number;
  /** The body of a window as it is stored. */
  readonly encode: (tally: Tally) => Buffer;
}

/**
 * The room that the stored windows of one partition have, over all timelines. While there is room a window keeps every key; where the
 * others have taken it, what stands out: as much as fits its even share. With nothing named live has all of the room, and the
 * other way round; else each side has half of it at least. So bytes come to twice the room at most, to two and a half times after a
 * side had filled all of it before the other came, beside what every window takes: its facets, its sketches (up to
 * 12 KiB) and the least number of keys.
 */
export class WindowRoom {
  readonly #taken = new Map<WindowStep, Map<string, number>>();

  constructor(private readonly settings: RoomSettings) {}

  /** Says what a timeline has stored of a step, in bytes. */
  setTaken(timeline: string, step: WindowStep, bytes: number): void {
    const byTimeline = this.#taken.get(step) ?? new Map<string, number>();
    this.#taken.set(step, byTimeline.set(timeline, bytes));
  }

  /** What a timeline has stored of a step, in bytes, with what was made here. */
  taken(timeline: string, step: WindowStep): number {
    return this.#taken.get(step)?.get(timeline) ?? 0;
  }

  /** The body of a window, cut as far as there is no room for it. */
  store({ timeline, step, replaces }: WindowToStore, tally: Tally): Buffer {
    const others = this.taken(timeline, step) - replaces;
    const { room, sharers, own } = this.#side(timeline, step);
    const body =
      own - replaces < room
        ? this.#whole(tally)
        : this.#within(
            (room / sharers) * (WINDOW_STEPS[step].sizeMs / WINDOW_STEPS[step].retentionMs),
            tally,
          );
    this.setTaken(timeline, step, others + body.length);
    return body;
  }

  /** The room of the side that a timeline belongs to, live or named, what the side has taken, and how many share it. */
  #side(timeline: string, step: WindowStep): { room: number; own: number; sharers: number } {
    const isLive = timeline === LIVE_TIMELINE;
    let [own, other, sharers] = [0, 0, 1];
    for (const [name, bytes] of this.#taken.get(step) ?? []) {
      if ((name === LIVE_TIMELINE) !== isLive) other += bytes;
      else {
        own += bytes;
        if (name !== timeline && bytes > 0) sharers++;
      }
    }
    const { bytesAStep } = this.settings;
    return { room: bytesAStep - Math.min(other, bytesAStep * RESERVED), own, sharers };
  }

  #whole(tally: Tally): Buffer {
    tally.trim(this.settings.trackedKeys);
    return this.settings.encode(tally);
  }

  #within(bytes: number, tally: Tally): Buffer {
    const sizes = DIMENSIONS.map((dimension) => tally.counts[dimension].size);
    let limit = Math.max(
      LEAST_KEYS,
      Math.min(this.settings.trackedKeys, evenLimit(sizes, bytes / BYTES_A_KEY)),
    );
    for (;;) {
      tally.trim(limit);
      const body = this.settings.encode(tally);
      if (body.length <= bytes || limit <= LEAST_KEYS) return body;
      limit = Math.max(LEAST_KEYS, Math.floor(limit * Math.min(CUT_AGAIN, bytes / body.length)));
    }
  }
}

/** The limit under which sizes come to `total` at the most: what small ones leave is for the large. */
function evenLimit(sizes: readonly number[], total: number): number {
  let [rest, left] = [total, sizes.length];
  for (const size of [...sizes].sort((a, b) => a - b)) {
    if (size * left > rest) return Math.floor(rest / left);
    rest -= size;
    left--;
  }
  return Infinity;
}
