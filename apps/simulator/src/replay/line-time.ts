import type { RequestedDataset } from '@watchfloor/contracts';
import {
  accessLog,
  apacheError,
  column,
  iso,
  jsonEpoch,
  jsonIso,
  nginxError,
  syslog,
  type Notation,
  type Reading,
} from './notation';
import { ZoneOffset } from './zone-offset';

const SYSLOG_NOTATIONS = [syslog, iso];
const NOTATIONS: Readonly<Record<RequestedDataset, readonly Notation[]>> = {
  openssh: SYSLOG_NOTATIONS,
  'linux.auth': SYSLOG_NOTATIONS,
  iptables: SYSLOG_NOTATIONS,
  'nginx.access': [accessLog],
  'apache.access': [accessLog],
  'nginx.error': [nginxError],
  'apache.error': [apacheError],
  'suricata.eve': [jsonIso],
  cowrie: [jsonIso],
  watchfloor: [jsonIso],
  zeek: [jsonEpoch, jsonIso],
  auto: [syslog, iso, jsonEpoch, jsonIso, accessLog, nginxError, apacheError],
};

/** What a log leaves out. */
export interface LogContext {
  readonly dataset: RequestedDataset;
  /** IANA zone of times without one. */
  readonly timezone: string;
  /** Year of the first date without one; undefined takes the year that puts it nearest to `nowMs`. */
  readonly year: number | undefined;
  readonly nowMs: number;
}

/** The time of one line; `us` is undefined where there is none to read. */
export interface LineTime {
  readonly us: number | undefined;
  /** The line with all its times moved by `shiftUs`, each in its own notation; times without a zone become UTC. */
  shifted(shiftUs: number): string;
}

/**
 * Reads the times of a log's lines in order. It remembers what earlier lines say about later ones: the columns of a
 * tab-separated Zeek log, and the year, which goes on at each step back from December to January.
 */
export class LineClock {
  private readonly zone: ZoneOffset;
  private notations: readonly Notation[];
  private currentYear: number | undefined;
  private lastMonth = 0;
  private readonly reading: Reading;

  /** @throws RangeError for a time zone that does not exist. */
  constructor(private readonly context: LogContext) {
    this.zone = new ZoneOffset(context.timezone);
    this.notations = NOTATIONS[context.dataset];
    this.currentYear = context.year;
    this.reading = {
      instantOf: (wallUs) => this.zone.instantOf(Math.floor(wallUs / 1000)) * 1000 + (wallUs % 1000),
      yearOf: (month) => this.yearOf(month),
    };
  }

  /** The year of the lines read last that have none; undefined before the first. */
  get year(): number | undefined {
    return this.currentYear;
  }

  read(line: string): LineTime {
    if (line.startsWith('#')) this.readHeader(line);
    for (const notation of this.notations) {
      const us = this.time(line, notation);
      if (us !== undefined) return { us, shifted: (shiftUs) => this.shift(line, notation, shiftUs) };
    }
    return { us: undefined, shifted: () => line };
  }

  private time(line: string, notation: Notation): number | undefined {
    const text = notation.pattern.exec(line)?.[2];
    const us = text === undefined ? undefined : notation.read(text, this.reading);
    return us === undefined || Number.isNaN(us) ? undefined : us;
  }

  /** Only JSON repeats its times; elsewhere a second match would be part of the message. */
  private shift(line: string, notation: Notation, shiftUs: number): string {
    const every = notation === jsonIso ? new RegExp(notation.pattern.source, 'g') : notation.pattern;
    return line.replace(every, (whole: string, before: string, time: string) => {
      const us = notation.read(time, this.reading);
      return us === undefined ? whole : before + notation.write(us + shiftUs, time);
    });
  }

  private readHeader(line: string): void {
    if (!line.startsWith('#fields\t')) return;
    const index = line.split('\t').indexOf('ts') - 1;
    if (index >= 0) this.notations = [column(index), ...NOTATIONS[this.context.dataset]];
  }

  private yearOf(month: number): number {
    this.currentYear ??= nearestYear(month, this.context.nowMs);
    if (this.lastMonth === 11 && month === 0) this.currentYear += 1;
    this.lastMonth = month;
    return this.currentYear;
  }
}

/** The year that puts the middle of a month nearest to now. */
function nearestYear(month: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const distance = (year: number): number => Math.abs(Date.UTC(year, month, 15) - nowMs);
  return [thisYear - 1, thisYear, thisYear + 1].reduce((best, year) =>
    distance(year) < distance(best) ? year : best,
  );
}
