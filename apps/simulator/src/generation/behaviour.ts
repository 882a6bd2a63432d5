import type { Activity, ActivityKind } from './activity';
import type { Actor } from './actor';
import type { SeededRandom } from './seeded-random';
import { reachedBy, type Target } from './target';

/** Names of what an actor can do, as scenarios write them. */
export const BEHAVIOURS = [
  'password-guessing',
  'password-spraying',
  'credential-stuffing',
  'ssh-sessions',
  'browsing',
  'http-probing',
  'http-exploits',
  'http-flood',
  'vertical-scan',
  'horizontal-scan',
  'syn-flood',
  'beacon',
  'exfiltration',
  'name-lookups',
  'administration',
  'privilege-abuse',
] as const;

export type BehaviourName = (typeof BEHAVIOURS)[number];

/** What a phase may set for its behaviour. */
export interface BehaviourOptions {
  /** Passwords tried on one connection. */
  readonly attempts?: number;
  /** The one member of the actor, from 0, whose account is used. */
  readonly member?: number;
  /** The accounts tried by password guessing. */
  readonly accounts?: 'root' | 'common' | 'staff';
  /** How a beacon or an exfiltration talks. */
  readonly channel?: 'web' | 'dns' | 'tcp';
  readonly port?: number;
  /** Bytes sent by one connection of an exfiltration. */
  readonly bytes?: number;
  /** ISO country of the machine that a beacon or an exfiltration talks to. */
  readonly towards?: string;
}

/** What a behaviour acts with. */
export interface Scene {
  readonly actor: Actor;
  readonly targets: readonly Target[];
  readonly random: SeededRandom;
  /** Probability (0 to 1) that one activity succeeds. */
  readonly success: number;
  readonly options: BehaviourOptions;
}

/** A behaviour keeps where it is (the next port, the next account) and gives one activity after the other. */
export interface Behaviour {
  readonly does: readonly ActivityKind[];
  begin(scene: Scene): () => Activity;
}

const EPHEMERAL = { low: 32_768, high: 60_999 } as const;
const HALF_ID = 16_777_216;

/** Both ends of a connection from an address of the actor to a target, which is one of the organisation's own. */
export function contact({ actor, random }: Pick<Scene, 'actor' | 'random'>, source: string, target: Target) {
  return {
    source,
    fromInside: actor.inside,
    toInside: true,
    sourcePort: random.between(EPHEMERAL.low, EPHEMERAL.high),
    destination: reachedBy(target, source),
    target,
    connection: random.below(HALF_ID) * HALF_ID + random.below(HALF_ID),
  };
}
