/** What one check found. */
export interface Finding {
  readonly name: string;
  /** `missing` stops something; `advice` only makes it slower, less safe or less complete. */
  readonly state: 'present' | 'missing' | 'advice';
  /** What is there, or what is not. */
  readonly detail: string;
  /** What to do about it; absent when nothing is to be done. */
  readonly remedy?: string;
}

const marks = { present: 'ok     ', missing: 'MISSING', advice: 'advice ' } as const;

/** One line for each finding, with its remedy below. */
export function formatFindings(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ name }) => name.length));
  return findings
    .flatMap(({ name, state, detail, remedy }) => [
      `${marks[state]}  ${name.padEnd(width)}  ${detail}`,
      ...(remedy ?? '')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => `${' '.repeat(width + 11)}${line}`),
    ])
    .join('\n');
}

/** Whether everything runs that has to. */
export function isSound(findings: readonly Finding[]): boolean {
  return findings.every(({ state }) => state !== 'missing');
}
