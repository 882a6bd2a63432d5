import type { Dataset } from '@watchfloor/contracts';
import type { Activity, ActivityKind } from './activity';
import type { SeededRandom } from './seeded-random';
import type { Target } from './target';

/** The logs that a target's software can write. Zeek's streams are chosen one by one; all are the dataset `zeek`. */
export const NATIVE_FORMATS = [
  'openssh',
  'linux.auth',
  'nginx.access',
  'suricata.eve',
  'zeek.conn',
  'zeek.ssh',
  'zeek.http',
  'zeek.dns',
  'iptables',
  'cowrie',
] as const;

export type NativeFormatName = (typeof NATIVE_FORMATS)[number];

/** Takes the lines of one activity: `atUs` is the time that the line shows, in microseconds since the epoch. */
export type LineOutlet = (atUs: number, text: string) => void;

/** One program on one target. It keeps what the program keeps between lines: process ids, session numbers. */
export interface LogWriter {
  /** Writes the lines of an activity that happened at `atUs`; their times never decrease below it. */
  write(activity: Activity, atUs: number, outlet: LineOutlet): void;
}

/** A native format: which activities the program notices and how it writes them. */
export interface NativeFormat {
  readonly dataset: Dataset;
  readonly records: readonly ActivityKind[];
  /** True when each line carries the name of its host. */
  readonly namesHost: boolean;
  open(target: Target, random: SeededRandom): LogWriter;
}
