const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `500ms`, `30s`, `5m`, `1h` or plain seconds in ms; undefined for anything else and for nothing at all. */
export function parseDuration(text: string): number | undefined {
  const [, figure, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const durationMs = Number(figure) * units[unit as keyof typeof units];
  return durationMs > 0 ? durationMs : undefined;
}
