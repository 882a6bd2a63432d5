/** A number with at most one decimal, for a sentence. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** How many there are of something, for a sentence: `1 event`, `2.5 events`. */
export function countText(count: number, noun: string): string {
  return `${rounded(count)} ${noun}${rounded(count) === 1 ? '' : 's'}`;
}
