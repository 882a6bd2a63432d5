import { cellOf } from '../aggregation/cell';
import { type AddressPlace, placeOfPlan } from '../processing/address-place';

/** What enrichment found of the addresses in a part of a batch. */
export interface EndPlaces {
  /** For each name of the part: which place it has, from 1; 0 = none. */
  readonly placeOf: Uint16Array;
  readonly places: readonly EndPlace[];
}

/** A place with what counting needs of it. */
export interface EndPlace extends AddressPlace {
  readonly country: string;
  readonly city: string;
  /** Cell of the map grid; -1 without a location. */
  readonly cell: number;
}

/** Places read so far; beyond this many the memory starts again. */
const KEPT_PLACES = 16_384;

const written = new WeakMap<AddressPlace, string>();
const read = new Map<string, EndPlace>();

/** Begins the text of a place of the address plan. */
const PLANNED = '#';

/** A place as it travels: its block of the address plan, or JSON; made once for each. */
export function placeToText(place: AddressPlace): string {
  const known = written.get(place);
  if (known !== undefined) return known;
  const { block, geo = null, as = null } = place;
  const text = block === undefined ? JSON.stringify([geo, as]) : `${PLANNED}${block}`;
  written.set(place, text);
  return text;
}

/** The place in `text`; the same object for the same text as long as it is kept, never to be changed. */
export function placeFromText(text: string): EndPlace {
  const known = read.get(text);
  if (known !== undefined) return known;
  const { geo, as } = text.startsWith(PLANNED) ? planned(text) : fromJson(text);
  const place: EndPlace = {
    geo,
    as,
    country: geo?.country_iso_code ?? '',
    city: geo?.city_name ?? '',
    cell: geo?.location ? cellOf(geo.location.lat, geo.location.lon) : -1,
  };
  if (read.size >= KEPT_PLACES) read.clear();
  read.set(text, place);
  return place;
}

function planned(text: string): AddressPlace {
  return placeOfPlan(Number(text.slice(PLANNED.length))) ?? {};
}

function fromJson(text: string): AddressPlace {
  const [geo, as] = JSON.parse(text) as [AddressPlace['geo'] | null, AddressPlace['as'] | null];
  return { geo: geo ?? undefined, as: as ?? undefined };
}
