import { COUNTRIES, type Geo } from '@watchfloor/contracts';
import { KeptRecords } from './kept-records';
import { fromRangeSections, toRangeSections, type AddressRanges } from './range-sections';
import { findIpv4, findIpv6 } from './range-table';
import { section, type Sections } from './sections';
import { textAt } from './text-column';

/** The places of a database by record number; record 0 is no place. Regions and cities are numbers of texts. */
export interface PlaceColumns {
  /** Hundredths of a degree: 1.1 km, finer than any such database is right. */
  readonly lats: Int16Array;
  readonly lons: Int16Array;
  /** The two letters of the country code in two bytes. */
  readonly countries: Uint16Array;
  readonly regions: Uint32Array;
  readonly cities: Uint32Array;
}

export const HUNDREDTHS = 100;
/** Of each generation; 10 MB altogether. */
const KEPT_PLACES = 16_384;

/** One frozen object per place is handed out again and again. */
export class GeoTable {
  private readonly kept = new KeptRecords(KEPT_PLACES, (record) => this.read(record));

  constructor(
    private readonly ranges: AddressRanges,
    private readonly places: PlaceColumns,
  ) {}

  /** @throws TypeError when a section is missing. */
  static from(sections: Sections): GeoTable {
    return new GeoTable(fromRangeSections(sections), {
      lats: section(sections, 'i16', 'places.lats'),
      lons: section(sections, 'i16', 'places.lons'),
      countries: section(sections, 'u16', 'places.countries'),
      regions: section(sections, 'u32', 'places.regions'),
      cities: section(sections, 'u32', 'places.cities'),
    });
  }

  toSections(): Sections {
    const { lats, lons, countries, regions, cities } = this.places;
    return {
      ...toRangeSections(this.ranges),
      'places.lats': lats,
      'places.lons': lons,
      'places.countries': countries,
      'places.regions': regions,
      'places.cities': cities,
    };
  }

  /** The place of an IPv4 address given as an unsigned 32-bit number. */
  ofIpv4(address: number): Geo | undefined {
    return this.kept.get(findIpv4(this.ranges.ipv4, address));
  }

  /** The place of an IPv6 address given by its first two 32-bit words. */
  ofIpv6(first: number, second: number): Geo | undefined {
    return this.kept.get(findIpv6(this.ranges.ipv6, first, second));
  }

  private read(record: number): Geo {
    const { countries, cities, regions, lats, lons } = this.places;
    const letters = countries[record] ?? 0;
    const country = String.fromCharCode(letters >>> 8, letters & 0xff);
    const city = textAt(this.ranges.texts, cities[record] ?? 0);
    const region = textAt(this.ranges.texts, regions[record] ?? 0);
    if (!city) return Object.freeze(countryPlace(country, region));
    const geo: Geo = {
      location: { lat: (lats[record] ?? 0) / HUNDREDTHS, lon: (lons[record] ?? 0) / HUNDREDTHS },
      country_iso_code: country,
      country_name: COUNTRIES[country]?.[2] ?? country,
      city_name: city,
      precision: 'city',
    };
    if (region) geo.region_name = region;
    return Object.freeze(geo);
  }
}

/** A place without a city is shown at its country's label point and says so. */
function countryPlace(country: string, region: string): Geo {
  const [lat, lon, name] = COUNTRIES[country] ?? [];
  return {
    ...(lat !== undefined && lon !== undefined && { location: { lat, lon } }),
    country_iso_code: country,
    country_name: name ?? country,
    ...(region && { region_name: region }),
    precision: 'country',
  };
}
