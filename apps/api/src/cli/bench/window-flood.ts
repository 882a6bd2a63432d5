import { arcOf } from '../../pipeline/aggregation/cell';
import { Tally, Vocabulary } from '../../pipeline/aggregation/tally';
import { keyOf, sourceStep, userStep } from './flood-lines';

/** How many places the sources of the flood lie in. */
const cells = 20_000;
const countries = 200;
const facet = 'nginx.access|web|failure|low|http-request';

/** A window of a flood: `events` events from `from` on, nearly each with a source and a user of its own. */
export function floodWindow(from: number, events: number): Tally {
  const tally = new Tally(new Vocabulary());
  const { vocabulary } = tally;
  for (let i = from; i < from + events; i++) {
    const source = keyOf(i, sourceStep);
    const cell = 20_000 + (source % cells);
    const country = `C${source % countries}`;
    tally.count({
      facet: vocabulary.facets.idOf(facet),
      countries: vocabulary.countries.idOf(country),
      cells: cell,
      sources: vocabulary.sources.idOf(`2001:db8::${source.toString(16)}|${country}|City ${source % cells}`),
      targets: vocabulary.targets.idOf('shop.example'),
      users: vocabulary.users.idOf(`user-${keyOf(i, userStep)}`),
      ports: -1,
      arcs: arcOf(cell, 30_000),
    });
  }
  return tally;
}
