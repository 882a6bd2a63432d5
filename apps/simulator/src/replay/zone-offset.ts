/** Reads the wall clock of one IANA time zone. */
export class ZoneOffset {
  private readonly format: Intl.DateTimeFormat;
  private readonly cache = new Map<number, number>();

  /** @throws RangeError for a zone that does not exist. */
  constructor(private readonly zone: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /**
   * The instant (ms since the epoch) at which the wall clock shows `wallMs` (read as if it were UTC). A time that occurs
   * twice is the first of the two; one that is skipped is moved on by the gap.
   */
  instantOf(wallMs: number): number {
    if (this.zone === 'UTC') return wallMs;
    const guess = wallMs - this.offsetMs(wallMs);
    return wallMs - this.offsetMs(guess);
  }

  /** Wall clock less UTC at an instant; looked up once per quarter of an hour, at which all zones change. */
  private offsetMs(instantMs: number): number {
    const quarter = Math.floor(instantMs / 900_000);
    const known = this.cache.get(quarter);
    if (known !== undefined) return known;
    const parts = new Map<string, number>(
      this.format.formatToParts(quarter * 900_000).map(({ type, value }) => [type, Number(value)]),
    );
    const part = (type: string): number => parts.get(type) ?? 0;
    const wall = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    const offset = wall - quarter * 900_000;
    this.cache.set(quarter, offset);
    return offset;
  }
}
