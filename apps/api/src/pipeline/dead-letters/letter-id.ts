import type { EntryId } from '../entry';

/** Where a dead letter lies. */
export interface LetterPlace {
  readonly partition: number;
  readonly entry: EntryId;
}

const LETTER_ID = /^(\d{1,2})-(\d{1,15}-\d{1,15})$/;

/** The public id of a dead letter. */
export function formatLetterId({ partition, entry }: LetterPlace): string {
  return `${partition}-${entry}`;
}

/** The place that a public id names; undefined for what is none. */
export function parseLetterId(id: string, partitions: number): LetterPlace | undefined {
  const [, partition, entry] = LETTER_ID.exec(id) ?? [];
  if (partition === undefined || entry === undefined || Number(partition) >= partitions) return undefined;
  return { partition: Number(partition), entry };
}
