/** ATT&CK writes a sub-technique as `T1110.001`; what stands before the dot is its parent. */
const parentOf = (technique: string): string => technique.split('.', 1)[0] ?? technique;

/** True when two techniques are the same, or one is the parent of the other. Two sub-techniques of one parent are not. */
export function isSameTechnique(a: string, b: string): boolean {
  return a === b || parentOf(a) === b || parentOf(b) === a;
}

/** True when one of the techniques means this one. */
export function namesTechnique(techniques: readonly string[], technique: string): boolean {
  return techniques.some((named) => isSameTechnique(named, technique));
}
