import { canvas, geoJSON, type GeoJSON } from 'leaflet';
import type { KeyCount } from '@watchfloor/contracts';
import type { Palette } from '../appearance/appearance';
import { intensityOf, intensityScale } from './intensity-scale';
import type { Country, loadCountries } from './world-geometry';

type Countries = Awaited<ReturnType<typeof loadCountries>>;

/** The land, one colour or coloured by country. Drawn again only when a colour changes: it has 80 000 corners. */
export class CountriesLayer {
  readonly layer: GeoJSON;
  private drawn = '';

  constructor(countries: Countries) {
    this.layer = geoJSON(countries, {
      interactive: false,
      style: { renderer: canvas({ padding: 0.4 }), weight: 0.6, fillOpacity: 1 },
    } as object);
  }

  /** Colours the land; `counts` null leaves it plain. */
  show(counts: readonly KeyCount[] | null, palette: Palette): void {
    const scale = intensityScale(Math.max(1, ...(counts ?? []).map(({ count }) => count)));
    const colours = new Map(
      (counts ?? []).map(({ key, count }) => [key, palette.steps[intensityOf(count, scale)] ?? palette.land]),
    );
    const wanted = JSON.stringify([palette.land, [...colours]]);
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    this.layer.setStyle((country) => ({
      color: palette.coast,
      fillColor: colours.get((country as Country | undefined)?.properties.iso2 ?? '') ?? palette.land,
    }));
  }
}
