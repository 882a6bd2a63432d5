/** The fences that make a repeated attempt change nothing. Taken out only by tests, to see what they prevent. */
export interface Fences {
  readonly compareAndSet: boolean;
  readonly decisions: boolean;
}

export const ALL_FENCES: Fences = { compareAndSet: true, decisions: true };
