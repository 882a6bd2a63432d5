import type { WindowStep } from '@watchfloor/contracts';
import type { HeldWindow } from './held-window';
import { DIMENSIONS, isNamed, type NamedDimension, type Tally } from './tally';
import type { WindowBook } from './window-book';

/** A window that has not gained for this long, in ms of the wall clock, is put to rest. */
const REST_AFTER_MS = 3_000;

/** Entries put to rest at a time, or two windows of more: a large one takes milliseconds, and frames wait. */
const RESTED_AT_ONCE = { entries: 4_000, windows: 2 } as const;

/** What a window costs beside its entries, in entries. */
const ENTRIES_A_WINDOW = 40;

/** Bytes of windows and vocabulary up to which a window keeps all keys it may have. */
const ROOMY_BYTES = 256 * 2 ** 20;

/** Share of its keys that a window keeps once there is no room: what stands out of a flood, not the flood. */
const CROWDED_SHARE = 1 / 50;

/** A vocabulary is swept when it has doubled since, and not below this many keys. */
const SWEEP_ABOVE = 20_000;

/**
 * Keeps the memory of a book within a limit that does not depend on what is sent: windows rest packed, keep fewer keys when
 * all of them together have grown large (their answers say by how much they may be wrong then), and keys that no window has are forgotten.
 */
export class WindowMemory {
  #bytes = 0;
  readonly #sweptSize = new Map<NamedDimension, number>();

  /** @param keysKeptMs how long windows of a step are asked for their keys; their counts are kept for longer */
  constructor(
    private readonly book: WindowBook,
    private readonly keysKeptMs: Readonly<Record<WindowStep, number>>,
  ) {}

  /** Bytes of windows at rest and of keys, when last measured. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Puts some windows to rest that no longer gain. */
  rest(wallClock: number): void {
    let [windows, entries] = [0, 0];
    for (const window of openWindows(this.book)) {
      if (wallClock - window.touchedAt < REST_AFTER_MS) continue;
      const { trackedKeys } = this.book;
      entries += ENTRIES_A_WINDOW + window.open().entries;
      window.pack(this.#bytes < ROOMY_BYTES ? trackedKeys : Math.ceil(trackedKeys * CROWDED_SHARE));
      if (++windows >= RESTED_AT_ONCE.windows && entries >= RESTED_AT_ONCE.entries) return;
    }
  }

  /** Measures, and forgets keys that nobody asks for any more at `now`, or that neither a window nor one of `sums` has. */
  tidy(now: number, sums: readonly Tally[]): void {
    const { vocabulary } = this.book;
    for (const [step, start, window] of this.book.entries())
      if (start < now - this.keysKeptMs[step]) window.shed();
    for (const dimension of DIMENSIONS) if (isNamed(dimension)) this.#sweep(dimension, sums);
    this.#bytes = vocabulary.byteLength;
    for (const [, , window] of this.book.entries()) this.#bytes += window.packedBytes;
  }

  #sweep(dimension: NamedDimension, sums: readonly Tally[]): void {
    const keys = this.book.vocabulary[dimension];
    if (keys.size < Math.max(SWEEP_ABOVE, 2 * (this.#sweptSize.get(dimension) ?? 0))) return;
    const used = new Uint8Array(keys.bound);
    for (const [, , window] of this.book.entries()) window.forEachKey(dimension, (key) => (used[key] = 1));
    for (const sum of sums) sum.counts[dimension].forEach((_, key) => (used[key] = 1));
    keys.sweep((id) => used[id] === 1);
    this.#sweptSize.set(dimension, keys.size);
  }
}

function* openWindows(book: WindowBook): Generator<HeldWindow> {
  for (const [, , window] of book.entries()) if (window.isOpen) yield window;
}
