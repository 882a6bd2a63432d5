import type { Geo } from '@watchfloor/contracts';

/** A protected place: where an arc ends. Degrees. */
export interface Site {
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
}

/** Where targets are that no address locates, unless configured. */
export const DEFAULT_SITE: Site = { name: 'Frankfurt am Main', lat: 50.11, lon: 8.68 };

/** Sites by the region that a host name begins or ends with (`eu-central-web-1`, `web-1.eu-central`). */
const REGION_SITES: readonly Site[] = [
  { name: 'eu-central', lat: 50.11, lon: 8.68 },
  { name: 'eu-west', lat: 53.35, lon: -6.26 },
  { name: 'eu-north', lat: 59.33, lon: 18.07 },
  { name: 'us-east', lat: 39.04, lon: -77.49 },
  { name: 'us-west', lat: 45.52, lon: -122.68 },
  { name: 'ca-central', lat: 45.51, lon: -73.59 },
  { name: 'sa-east', lat: -23.55, lon: -46.64 },
  { name: 'af-south', lat: -33.93, lon: 18.42 },
  { name: 'me-central', lat: 25.08, lon: 55.31 },
  { name: 'ap-south', lat: 19.07, lon: 72.88 },
  { name: 'ap-southeast', lat: 1.29, lon: 103.85 },
  { name: 'ap-northeast', lat: 35.69, lon: 139.69 },
];

/** Host names kept with their site: logs name few hosts, and a flood of names must not grow this. */
const KEPT_HOSTS = 4096;

function siteOfHost(host: string, home: Site): Site {
  const name = host.toLowerCase();
  const named = (region: string): boolean =>
    name === region ||
    [`${region}-`, `${region}.`].some((prefix) => name.startsWith(prefix)) ||
    [`-${region}`, `.${region}`].some((suffix) => name.endsWith(suffix));
  return REGION_SITES.find(({ name: region }) => named(region)) ?? home;
}

/** Where the target of an event is, by the place of its destination address and the name of its host. */
export type SiteOf = (geo: Geo | undefined, host: string | undefined) => Pick<Site, 'lat' | 'lon'>;

/**
 * Makes the function that says where the target of an event is: at the place of its destination address where that has
 * one, else at the site of the host (`host.name`, else `destination.domain`), which is `home` unless its name begins or
 * ends with a region. Private targets have no place of their own; this gives an arc its end, and the same one every time.
 */
export function createSitePlan(home: Site = DEFAULT_SITE): SiteOf {
  const kept = new Map<string, Site>();
  return (geo, host) => {
    if (geo?.location) return geo.location;
    if (host === undefined) return home;
    const known = kept.get(host);
    if (known) return known;
    if (kept.size >= KEPT_HOSTS) kept.clear();
    const site = siteOfHost(host, home);
    kept.set(host, site);
    return site;
  };
}
