import { MAX_RECORD, type Ipv4Ranges, type Ipv6Ranges, type RangeColumns } from './range-table';

const LOW = 0x1_0000;
const IPV4_UPPERS = 0x1_0000;

/** Collects ranges in ascending order of their starts and merges neighbours of the same record. */
export class RangeBuilder {
  private starts = new Float64Array(1024);
  private records = new Uint32Array(1024);
  private length = 0;
  private lastRecord = 0;

  /**
   * From `start` on the record is `record`, until the next call.
   * @throws RangeError when starts do not ascend or the record number does not fit.
   */
  add(start: number, record: number): void {
    if (record > MAX_RECORD) throw new RangeError(`more than ${MAX_RECORD} records`);
    if (this.length > 0 && start < (this.starts[this.length - 1] ?? 0))
      throw new RangeError('starts must ascend');
    if (record === this.lastRecord) return;
    if (this.length === this.starts.length) this.grow();
    this.starts[this.length] = start;
    this.records[this.length] = record;
    this.length += 1;
    this.lastRecord = record;
  }

  /** Starts were unsigned 32-bit numbers. */
  toIpv4(): Ipv4Ranges {
    const offsets = new Uint32Array(IPV4_UPPERS + 1);
    for (let at = 0; at < this.length; at += 1) {
      const next = this.upper(at) + 1;
      offsets[next] = at + 1;
    }
    for (let upper = 1; upper <= IPV4_UPPERS; upper += 1) {
      offsets[upper] = Math.max(offsets[upper] ?? 0, offsets[upper - 1] ?? 0);
    }
    return { ...this.columns(), offsets };
  }

  /** Starts were the first 48 bits of the address as a number. */
  toIpv6(): Ipv6Ranges {
    const uppers: number[] = [];
    const offsets: number[] = [];
    for (let at = 0; at < this.length; at += 1) {
      const upper = this.upper(at);
      if (uppers[uppers.length - 1] === upper) continue;
      uppers.push(upper);
      offsets.push(at);
    }
    offsets.push(this.length);
    return { ...this.columns(), uppers: Uint32Array.from(uppers), offsets: Uint32Array.from(offsets) };
  }

  private upper(at: number): number {
    return Math.floor((this.starts[at] ?? 0) / LOW);
  }

  private columns(): RangeColumns {
    const lows = new Uint16Array(this.length);
    const recordLows = new Uint16Array(this.length);
    const recordHighs = new Uint8Array(this.length);
    for (let at = 0; at < this.length; at += 1) {
      const record = this.records[at] ?? 0;
      lows[at] = (this.starts[at] ?? 0) % LOW;
      recordLows[at] = record;
      recordHighs[at] = record >>> 16;
    }
    return { lows, recordLows, recordHighs };
  }

  private grow(): void {
    const starts = new Float64Array(this.length * 2);
    const records = new Uint32Array(this.length * 2);
    starts.set(this.starts);
    records.set(this.records);
    this.starts = starts;
    this.records = records;
  }
}
