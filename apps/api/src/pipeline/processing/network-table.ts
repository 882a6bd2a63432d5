import { readAddress } from '@watchfloor/contracts';
import type { Network } from './address-place';
import { KeptRecords } from './kept-records';
import { RangeBuilder } from './range-builder';
import { fromRangeSections, toRangeSections, type AddressRanges } from './range-sections';
import { findIpv4, findIpv6 } from './range-table';
import { section, type Sections } from './sections';
import { textAt, TextPool } from './text-column';

/** Networks by record number; record 0 is none. Organisations are numbers of texts. */
interface NetworkColumns {
  readonly numbers: Uint32Array;
  readonly organisations: Uint32Array;
}

const KEPT_NETWORKS = 8192;

/** Which autonomous system announces an address. One frozen object per system is handed out again and again. */
export class NetworkTable {
  private readonly kept = new KeptRecords(KEPT_NETWORKS, (record) => this.read(record));

  constructor(
    private readonly ranges: AddressRanges,
    private readonly networks: NetworkColumns,
  ) {}

  /** @throws TypeError when a section is missing. */
  static from(sections: Sections): NetworkTable {
    return new NetworkTable(fromRangeSections(sections), {
      numbers: section(sections, 'u32', 'networks.numbers'),
      organisations: section(sections, 'u32', 'networks.organisations'),
    });
  }

  toSections(): Sections {
    return {
      ...toRangeSections(this.ranges),
      'networks.numbers': this.networks.numbers,
      'networks.organisations': this.networks.organisations,
    };
  }

  /** The network of an IPv4 address given as an unsigned 32-bit number. */
  ofIpv4(address: number): Network | undefined {
    return this.kept.get(findIpv4(this.ranges.ipv4, address));
  }

  /** The network of an IPv6 address given by its first two 32-bit words. */
  ofIpv6(first: number, second: number): Network | undefined {
    return this.kept.get(findIpv6(this.ranges.ipv6, first, second));
  }

  private read(record: number): Network {
    const name = textAt(this.ranges.texts, this.networks.organisations[record] ?? 0);
    const network: Network = { number: this.networks.numbers[record] ?? 0 };
    if (name) network.organization = { name };
    return Object.freeze(network);
  }
}

/** A row: first address, last address, AS number, organisation, quoted where it has a comma or a quote. */
const ROW = /^([^,]+),([^,]+),(\d+),(?:"((?:[^"]|"")*)"|(.*))$/;

const words = new Uint32Array(4);

/** The part of an address that range starts are made of: 32 bits of IPv4, 48 of IPv6; -1 when it is of another family. */
function startOf(text: string, family: 4 | 6): number {
  if (family === 4 && /^\d+$/.test(text)) return Number(text);
  if (readAddress(text, words) !== family) return -1;
  const [first = 0, second = 0] = words;
  return family === 4 ? first : first * 0x1_0000 + (second >>> 16);
}

/** Flattens tables of AS ranges as ip-location-db writes them, sorted by first address. */
export class NetworkTableBuilder {
  private readonly ipv4 = new RangeBuilder();
  private readonly ipv6 = new RangeBuilder();
  private readonly texts = new TextPool();
  private readonly records = new Map<string, number>();
  private readonly numbers = [0];
  private readonly organisations = [0];

  /**
   * Adds the rows of one family; addresses are text, or numbers for IPv4. Where ranges overlap, the earlier one keeps what
   * it has; lines that are no row are passed over.
   */
  add(family: 4 | 6, lines: Iterable<string>): void {
    const ranges = family === 4 ? this.ipv4 : this.ipv6;
    let free = 0;
    for (const line of lines) {
      const [, from = '', to = '', number = '', quoted, plain = ''] = ROW.exec(line) ?? [];
      const first = startOf(from, family);
      const start = Math.max(first, free);
      const end = startOf(to, family) + 1;
      if (number === '' || first < 0 || end <= start) continue;
      if (start > free) ranges.add(free, 0);
      ranges.add(start, this.intern(Number(number), quoted?.replaceAll('""', '"') ?? plain));
      free = end;
    }
    ranges.add(free, 0);
  }

  build(): NetworkTable {
    const ranges = { ipv4: this.ipv4.toIpv4(), ipv6: this.ipv6.toIpv6(), texts: this.texts.toColumn() };
    return new NetworkTable(ranges, {
      numbers: Uint32Array.from(this.numbers),
      organisations: Uint32Array.from(this.organisations),
    });
  }

  private intern(number: number, organisation: string): number {
    const text = this.texts.numberOf(organisation);
    const key = `${number},${text}`;
    const known = this.records.get(key);
    if (known !== undefined) return known;
    const record = this.numbers.length;
    this.numbers.push(number);
    this.organisations.push(text);
    this.records.set(key, record);
    return record;
  }
}
