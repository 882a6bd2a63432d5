import type { Keyspace, RedisConnection } from '@watchfloor/redis';
import { channelField, watermarkField } from '../pipeline/aggregation/aggregate';
import { EDGE_LIMITS, KEYS, LIVE_TIMELINE } from '../pipeline/topology';

/** How far event time has come on a timeline, in ms since the epoch; undefined before the first event. */
export interface TimelineTimes {
  readonly name: string;
  /** Of the slowest partition. */
  readonly watermark: number | undefined;
  /** The furthest event. */
  readonly highest: number | undefined;
}

/** Reads how far event time has come on each timeline. */
export class TimelineTimesStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
  ) {}

  /** The live timeline, then the named ones in alphabetical order: no more than there may be, those used last. */
  async read(): Promise<TimelineTimes[]> {
    const used = Object.entries(await this.redis.hgetall(this.keys.global('timelines')));
    const named = used
      .sort(([, a], [, b]) => Number(b) - Number(a))
      .slice(0, EDGE_LIMITS.timelines)
      .map(([name]) => name);
    const names = [LIVE_TIMELINE, ...named.sort()];
    const partitions = Array.from({ length: this.keys.partitions }, (_, partition) => partition);
    const fieldsOf = (name: string): string[] => [
      watermarkField(name),
      ...partitions.map((from) => channelField(from, name)),
    ];
    const stored = await Promise.all(
      partitions.map((partition) =>
        this.redis.hmget(this.keys.of(partition, KEYS.watermarks), ...names.flatMap(fieldsOf)),
      ),
    );
    const width = partitions.length + 1;
    return names.map((name, i) => {
      const times = stored.map((values) => values.slice(i * width, (i + 1) * width).map(toTime));
      const watermarks = known(times.map(([watermark]) => watermark));
      const furthest = known(times.flatMap(([, ...channels]) => channels));
      return {
        name,
        watermark: watermarks.length === 0 ? undefined : Math.min(...watermarks),
        highest: furthest.length === 0 ? undefined : Math.max(...furthest),
      };
    });
  }
}

function toTime(value: string | null): number | undefined {
  return value === null || Number(value) < 0 ? undefined : Number(value);
}

function known(times: readonly (number | undefined)[]): number[] {
  return times.filter((time) => time !== undefined);
}
