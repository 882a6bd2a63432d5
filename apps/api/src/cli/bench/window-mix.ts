import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { arcOf } from '../../pipeline/aggregation/cell';
import { Tally, Vocabulary } from '../../pipeline/aggregation/tally';

/** What events a window of the mix counts: how many, and from how many different sources. */
export interface WindowMix {
  readonly events: number;
  readonly sources: number;
}

/** Facets of the benchmark's lines, each with its share of the events in tenths of a half: logins first, flows behind. */
const loginFacets = [
  ['openssh|authentication|failure|medium|ssh-login', 6],
  ['openssh|authentication|failure|medium|ssh-invalid-user', 3],
  ['openssh|authentication|success|low|ssh-login', 1],
] as const;
const flowFacets = ['SF', 'S0', 'REJ', 'RSTO', 'SH'].map((state) => `zeek|network|unknown|info|${state}`);

const cells = 700;
const hosts = 8;
const ports = [443, 80, 53, 22, 25, 123];

type Below = (bound: number) => number;

/** Random windows in the proportions of the benchmark's lines. The same seed gives the same windows. */
export class MixedWindows {
  readonly #below: Below;

  constructor(
    private readonly mix: WindowMix,
    seed: number,
  ) {
    const generator = xoroshiro128plus(seed);
    this.#below = (bound) => (generator.next() >>> 0) % bound;
  }

  /** One window. @param events how many it counts; as the mix says by default */
  window(events = this.mix.events, vocabulary = new Vocabulary()): Tally {
    const tally = new Tally(vocabulary);
    for (let i = 0; i < events; i++) {
      if (i % 2 === 0) this.#login(tally);
      else this.#flow(tally);
    }
    return tally;
  }

  #login(tally: Tally): void {
    const { facets, targets, users } = tally.vocabulary;
    let share = this.#below(10);
    const facet = loginFacets.find(([, weight]) => (share -= weight) < 0) ?? loginFacets[0];
    const invalid = facet[0].endsWith('invalid-user');
    const host = this.#below(hosts);
    tally.count({
      facet: facets.idOf(facet[0]),
      targets: targets.idOf(`gate-${host}`),
      users: users.idOf(invalid ? `user${this.#below(10)}-${this.#below(1_000)}` : `user${this.#below(10)}`),
      ports: -1,
      ...this.#source(tally, host),
    });
  }

  #flow(tally: Tally): void {
    const { facets, targets } = tally.vocabulary;
    const host = this.#below(4);
    tally.count({
      facet: facets.idOf(flowFacets[this.#below(flowFacets.length)] ?? ''),
      targets: targets.idOf(`10.20.${host}.${1 + this.#below(250)}`),
      users: -1,
      ports: ports[this.#below(ports.length)] ?? 0,
      ...this.#source(tally, host),
    });
  }

  #source(tally: Tally, host: number): { countries: number; cells: number; sources: number; arcs: number } {
    const number = (this.#below(this.mix.sources) * 26_237) % 131_072;
    const cell = 20_000 + (number % cells) * 37;
    const country = `C${number % 90}`;
    const address = `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
    return {
      countries: tally.vocabulary.countries.idOf(country),
      cells: cell,
      sources: tally.vocabulary.sources.idOf(`${address}|${country}|City ${number % cells}`),
      arcs: arcOf(cell, 30_000 + host),
    };
  }
}
