import type { RateShape } from '../generation/rate-shape';
import { BEHAVIOUR_BY_NAME } from '../generation/behaviours/behaviours';
import { FORMATS } from '../generation/formats/formats';
import type { NamedActor, PhasePlan, ScenarioPlan, TargetPlan } from '../generation/scenario-plan';
import { readDuration } from './duration';
import { ScenarioError } from './read-yaml';
import type { ActorText, OrganisationText, PhaseText, RateText, ScenarioText } from './scenario';

/** Where scenarios find what they do not say themselves. */
export interface ScenarioWorld {
  readonly organisation: OrganisationText;
  /** The scenario of a name, for `include`. */
  find(name: string): ScenarioText | undefined;
}

const milliseconds = (text: string): number => readDuration(text) ?? 0;

function rateShape(rate: RateText): RateShape {
  switch (rate.shape) {
    case 'burst':
      return {
        shape: 'burst',
        perSecond: rate.perSecond,
        everyMs: milliseconds(rate.every),
        burstMs: milliseconds(rate.lasts),
      };
    case 'on-off':
      return {
        shape: 'on-off',
        perSecond: rate.perSecond,
        onMs: milliseconds(rate.on),
        offMs: milliseconds(rate.off),
      };
    default:
      return rate;
  }
}

function scaled(rate: RateShape, scale: number): RateShape {
  return rate.shape === 'ramp'
    ? { ...rate, from: rate.from * scale, to: rate.to * scale }
    : { ...rate, perSecond: rate.perSecond * scale };
}

function namedActor(
  name: string,
  { kind, size = 1, origin, networks, family = 'ipv4', inside = kind === 'insider' }: ActorText,
): Omit<NamedActor, 'shared'> {
  return {
    name,
    size,
    origin,
    networks: networks ?? 512,
    family,
    inside,
    staysPut: kind === 'insider' || kind === 'users',
  };
}

/** Turns one scenario with all that it includes into phases. Collects every problem. */
class Planner {
  readonly problems: string[] = [];

  constructor(private readonly world: ScenarioWorld) {}

  phases(scenario: ScenarioText, within: readonly string[]): PhasePlan[] {
    const own = (scenario.phases ?? []).map((phase) => this.phase(scenario, phase));
    const included = (scenario.include ?? []).flatMap(({ scenario: name, startsAt = '0s', scale = 1 }) => {
      const other = within.includes(name) ? undefined : this.world.find(name);
      if (other === undefined) {
        this.problems.push(`include: no scenario ${name}`);
        return [];
      }
      return this.phases(other, [...within, name]).map((phase) => ({
        ...phase,
        occurrence: `@${startsAt}${phase.occurrence}`,
        startsAtMs: phase.startsAtMs + milliseconds(startsAt),
        rate: scaled(phase.rate, scale),
      }));
    });
    const lengthMs = milliseconds(scenario.length);
    return [...own, ...included].flatMap((phase) => {
      const lastsMs = Math.min(phase.lastsMs, lengthMs - phase.startsAtMs);
      return lastsMs > 0 ? [{ ...phase, lastsMs }] : [];
    });
  }

  private phase(scenario: ScenarioText, phase: PhaseText): PhasePlan {
    const own = scenario.actors?.[phase.actor];
    const actor = own ?? this.world.organisation.actors[phase.actor];
    if (actor === undefined) this.problems.push(`phase ${phase.name}: no actor ${phase.actor}`);
    if ((phase.with?.member ?? 0) >= (actor?.size ?? 1))
      this.problems.push(`phase ${phase.name}: ${phase.actor} has no member ${phase.with?.member}`);
    if (phase.stage !== 'background' && phase.technique === undefined)
      this.problems.push(`phase ${phase.name}: an attack names its technique`);
    return {
      scenario: scenario.name,
      occurrence: '',
      name: phase.name,
      stage: phase.stage,
      technique: phase.technique ?? '',
      actor: {
        ...namedActor(phase.actor, actor ?? { kind: 'single', origin: { NL: 1 } }),
        shared: own === undefined,
      },
      does: phase.does,
      targets: phase.targets.flatMap((name) => this.target(scenario, phase, name)),
      startsAtMs: milliseconds(phase.startsAt),
      lastsMs: milliseconds(phase.lasts),
      rate: rateShape(phase.rate),
      success: phase.success ?? 0,
      options: phase.with ?? {},
    };
  }

  private target(scenario: ScenarioText, phase: PhaseText, name: string): TargetPlan[] {
    const target = scenario.targets?.[name] ?? this.world.organisation.targets[name];
    if (target === undefined) {
      this.problems.push(`phase ${phase.name}: no target ${name}`);
      return [];
    }
    const { does } = BEHAVIOUR_BY_NAME[phase.does];
    const recorded = target.writes.flatMap((format) => FORMATS[format].records);
    if (!does.some((kind) => recorded.includes(kind)))
      this.problems.push(`phase ${phase.name}: nothing that ${name} writes shows ${phase.does}`);
    return [{ name, ...target }];
  }
}

/**
 * Makes a scenario ready to run.
 * @throws ScenarioError when it names an actor, a target or a scenario that does not exist, or a target that would
 * write nothing.
 */
export function planScenario(scenario: ScenarioText, world: ScenarioWorld): ScenarioPlan {
  const planner = new Planner(world);
  const phases = planner.phases(scenario, [scenario.name]);
  if (planner.problems.length > 0) throw new ScenarioError(scenario.name, planner.problems);
  if (phases.length === 0) throw new ScenarioError(scenario.name, ['a scenario has at least one phase']);
  return { name: scenario.name, lengthMs: milliseconds(scenario.length), phases };
}
