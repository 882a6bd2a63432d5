import type { DeadLetter, EntryId } from './entry';

/**
 * What processing will do with a segment, recorded before the first channel append: where it ends and which events
 * go no further. A retry may see a failure that the first attempt did not; what some channels already have must not
 * change with it.
 */
export interface Decision {
  readonly base: EntryId;
  readonly to: EntryId;
  readonly deadLetters: readonly DeadLetter[];
}
