/** Each severity level has a shape as well as a colour. */
const SEVERITY_SHAPES: Readonly<Record<string, string>> = {
  critical: '▲',
  high: '◆',
  medium: '■',
  low: '●',
  info: '○',
};

/** The shape of a severity level; that of `info` for any other word. */
export function severityShape(level: string): string {
  return SEVERITY_SHAPES[level] ?? '○';
}
