import type { NormalisedEvent } from '@watchfloor/contracts';
import type { SiteOf } from '../processing/site-plan';
import { cellOf } from './cell';

/** What is counted of one event. Empty texts and -1 stand for what it does not have. */
export interface CountedRow {
  country: string;
  /** Cells of the map grid: of the source, and of the site that is its target. */
  cell: number;
  siteCell: number;
  /** `ip|country|city`. */
  source: string;
  target: string;
  user: string;
  port: number;
}

/** A row to be filled; one is enough for any number of events. */
export function emptyRow(): CountedRow {
  return { country: '', cell: -1, siteCell: -1, source: '', target: '', user: '', port: -1 };
}

/** The key under which a source is counted. */
export function sourceKey(ip: string, country: string, city: string): string {
  return `${ip}|${country}|${city}`;
}

/** Fills `row` with what is counted of an event. */
export function fillRow(row: CountedRow, event: NormalisedEvent, siteOf: SiteOf): CountedRow {
  const { source, destination, host, user } = event;
  const geo = source?.geo;
  row.country = geo?.country_iso_code ?? '';
  row.cell = geo?.location ? cellOf(geo.location.lat, geo.location.lon) : -1;
  row.source = source?.ip ? sourceKey(source.ip, row.country, geo?.city_name ?? '') : '';
  row.target = destination?.ip ?? host?.name ?? '';
  row.user = user?.name ?? '';
  row.port = destination?.port ?? -1;
  const site = siteOf(destination?.geo, host?.name ?? destination?.domain);
  row.siteCell = cellOf(site.lat, site.lon);
  return row;
}
