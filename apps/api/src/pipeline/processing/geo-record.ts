/** What a city or country database says of an address, whatever its schema. Texts are empty where it says nothing. */
export interface GeoRecord {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly region: string;
  readonly city: string;
  /** Degrees; of the city, hence meaningless without one. */
  readonly lat: number;
  readonly lon: number;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const within = (value: unknown, limit: number): value is number =>
  typeof value === 'number' && Math.abs(value) <= limit;
const englishName = (value: unknown): string => text(fieldsOf(fieldsOf(value)['names'])['en']);

/** A country's middle is given as the place of what has no city: without a city there are no coordinates. */
function recordOf(country: string, region: string, city: string, [lat, lon]: readonly unknown[]): GeoRecord {
  const located = city !== '' && within(lat, 90) && within(lon, 180);
  return {
    country,
    region,
    city: located ? city : '',
    lat: located ? lat : 0,
    lon: located ? Number(lon) : 0,
  };
}

/**
 * Reads a data record of an mmdb: the nested schema of GeoLite2 and DB-IP (`country.iso_code`, `city.names.en`), or the
 * flat one of ip-location-db (`country_code`, `city`, where a missing city is `""`). Undefined without a country.
 */
export function readGeoRecord(value: unknown): GeoRecord | undefined {
  const fields = fieldsOf(value);
  const nestedCountry = fieldsOf(fields['country'] ?? fields['registered_country']);
  const country = text(fields['country_code']) || text(nestedCountry['iso_code']);
  if (!/^[A-Z]{2}$/.test(country)) return undefined;
  if (typeof fields['country_code'] === 'string') {
    const coordinates = [fields['latitude'], fields['longitude']];
    return recordOf(country, text(fields['state1']), text(fields['city']), coordinates);
  }
  const subdivisions = fields['subdivisions'];
  const location = fieldsOf(fields['location']);
  const region = englishName(Array.isArray(subdivisions) ? subdivisions[0] : undefined);
  return recordOf(country, region, englishName(fields['city']), [
    location['latitude'],
    location['longitude'],
  ]);
}
