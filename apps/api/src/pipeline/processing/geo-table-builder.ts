import { readGeoRecord, type GeoRecord } from './geo-record';
import { GeoTable, HUNDREDTHS } from './geo-table';
import { dataReader, walkIpv4, walkIpv6, type MmdbFile, type Pointer } from './mmdb-tree';
import { RangeBuilder } from './range-builder';
import { TextPool } from './text-column';

const hundredths = (degrees: number): number => Math.round(degrees * HUNDREDTHS);

/**
 * Flattens city or country databases into one table. Add the files one after the other, so that only one of them is in
 * memory at a time: IPv4 from one, IPv6 from the same or another.
 */
export class GeoTableBuilder {
  private readonly ipv4 = new RangeBuilder();
  private readonly ipv6 = new RangeBuilder();
  private readonly texts = new TextPool();
  /** Record numbers by text: a short one, of the numbers of the texts in it. */
  private readonly numbers = new Map<string, number>();
  private readonly records: { lat: number; lon: number; country: number; region: number; city: number }[] = [
    { lat: 0, lon: 0, country: 0, region: 0, city: 0 },
  ];

  addIpv4(file: MmdbFile): void {
    const { numberOf } = this.recordsOf(file);
    const visitor = {
      range: (start: number, pointer: Pointer) => this.ipv4.add(start, numberOf(pointer)),
      shared: () => undefined,
    };
    walkIpv4(file, visitor);
  }

  addIpv6(file: MmdbFile): void {
    const { numberOf, read } = this.recordsOf(file);
    walkIpv6(file, {
      range: (start, pointer) => this.ipv6.add(start, numberOf(pointer)),
      shared: (start, pointers) => this.ipv6.add(start, this.commonRecord(pointers.map(read))),
    });
  }

  build(): GeoTable {
    const column = <T>(
      array: { from(values: Iterable<number>): T },
      key: 'lat' | 'lon' | 'country' | 'region' | 'city',
    ) => array.from(this.records.map((record) => record[key]));
    const ranges = { ipv4: this.ipv4.toIpv4(), ipv6: this.ipv6.toIpv6(), texts: this.texts.toColumn() };
    return new GeoTable(ranges, {
      lats: column(Int16Array, 'lat'),
      lons: column(Int16Array, 'lon'),
      countries: column(Uint16Array, 'country'),
      regions: column(Uint32Array, 'region'),
      cities: column(Uint32Array, 'city'),
    });
  }

  private recordsOf(file: MmdbFile) {
    const data = dataReader(file);
    const known = new Map<Pointer, number>([[0, 0]]);
    const read = (pointer: Pointer) => readGeoRecord(data(pointer));
    const numberOf = (pointer: Pointer): number => {
      const seen = known.get(pointer);
      if (seen !== undefined) return seen;
      const number = this.intern(read(pointer));
      known.set(pointer, number);
      return number;
    };
    return { read, numberOf };
  }

  /** What holds for all parts of one /48: their city, else their country, else nothing. */
  private commonRecord(parts: readonly (GeoRecord | undefined)[]): number {
    const [first, ...others] = parts;
    if (!first || others.some((part) => part?.country !== first.country)) return 0;
    const sameCity = others.every((part) => part?.city === first.city && part.region === first.region);
    return this.intern(sameCity ? first : { ...first, region: '', city: '', lat: 0, lon: 0 });
  }

  private intern(record: GeoRecord | undefined): number {
    if (!record) return 0;
    const { country } = record;
    const region = this.texts.numberOf(record.region);
    const city = this.texts.numberOf(record.city);
    const lat = hundredths(record.lat);
    const lon = hundredths(record.lon);
    const key = `${country}${region},${city},${lat},${lon}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.records.length;
    this.numbers.set(key, number);
    const letters = country.charCodeAt(0) * 256 + country.charCodeAt(1);
    this.records.push({ lat, lon, country: letters, region, city });
    return number;
  }
}
