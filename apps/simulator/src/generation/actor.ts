import { addressIn, blocksOf } from '@watchfloor/contracts';
import { SeededRandom, WeightedChoice } from './seeded-random';
import { LAST_TARGET_HOST } from './target';

/** Who acts: how many addresses, where they are and how many networks they share. */
export interface ActorPlan {
  readonly size: number;
  /** ISO country code to weight. */
  readonly origin: Readonly<Record<string, number>>;
  /** In how many /24 (or /48) networks the members sit; fewer when their number needs no more. */
  readonly networks: number;
  readonly family: 'ipv4' | 'ipv6';
  /** True when they sit in the organisation's own networks. */
  readonly inside: boolean;
}

const FIRST_SOURCE_HOST = LAST_TARGET_HOST + 1;
/** Host 255 is the broadcast address. */
const SOURCES_PER_BLOCK = 255 - FIRST_SOURCE_HOST;
/** Of the /48 networks that lie at one place the plan repeats 128 times: 65 536 / 512. */
const REPEATS_PER_BLOCK = 128;
/** Odd, so that `member * STRIDE mod 2^32` visits every interface id before it repeats. */
const STRIDE = 2_654_435_761;

/** A group of sources with fixed addresses, computed on demand: a million members cost no memory. */
export class Actor {
  readonly size: number;
  private readonly blocks: readonly number[];
  private readonly firstHost: number;

  /** @throws RangeError when an origin is not in the address plan or the networks cannot hold the members. */
  constructor(
    private readonly plan: ActorPlan,
    random: SeededRandom,
  ) {
    this.size = plan.size;
    this.blocks = drawBlocks(plan, random);
    this.firstHost = random.below(SOURCES_PER_BLOCK);
    if (plan.family === 'ipv4' && this.blocks.length * SOURCES_PER_BLOCK < plan.size)
      throw new RangeError(`${plan.size} members do not fit in ${this.blocks.length} networks`);
  }

  get inside(): boolean {
    return this.plan.inside;
  }

  /** The address of member 0 to size - 1; no two members share one. */
  addressOf(member: number): string {
    const block = this.blocks[member % this.blocks.length] ?? 0;
    const within = Math.floor(member / this.blocks.length);
    if (this.plan.family === 'ipv4')
      return addressIn(block, FIRST_SOURCE_HOST + ((within * 101 + this.firstHost) % SOURCES_PER_BLOCK));
    const network = block + 512 * (within % REPEATS_PER_BLOCK);
    return ipv6Text(network, Math.imul(within + 1, STRIDE) >>> 0);
  }

  /** The address of any member. */
  anyAddress(random: SeededRandom): string {
    return this.addressOf(random.below(this.size));
  }
}

/** The address in the form of RFC 5952, as programs write it. */
function ipv6Text(network: number, id: number): string {
  const prefix = network === 0 ? '2001:db8::' : `2001:db8:${network.toString(16)}::`;
  const low = (id & 0xffff).toString(16);
  return id >>> 16 === 0 ? prefix + low : `${prefix}${(id >>> 16).toString(16)}:${low}`;
}

/** Networks at the origin's countries by weight, each once, as many as the plan and its size ask for. */
function drawBlocks(plan: ActorPlan, random: SeededRandom): number[] {
  const countries = Object.keys(plan.origin);
  for (const country of countries)
    if (blocksOf(country).length === 0) throw new RangeError(`the address plan has no network in ${country}`);
  const choice = new WeightedChoice(countries, Object.values(plan.origin));
  const free = new Map(countries.map((country) => [country, [...blocksOf(country)]]));
  const available = [...free.values()].reduce((sum, blocks) => sum + blocks.length, 0);
  const wanted = Math.min(available, plan.networks, plan.size);
  const drawn: number[] = [];
  while (drawn.length < wanted) {
    const blocks = free.get(choice.draw(random)) ?? [];
    if (blocks.length > 0) drawn.push(...blocks.splice(random.below(blocks.length), 1));
  }
  return drawn;
}
