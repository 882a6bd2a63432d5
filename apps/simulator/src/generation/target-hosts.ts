import { Disorder } from './disorder';
import { FORMATS } from './formats/formats';
import type { Lane } from './line-queue';
import type { LogWriter } from './native-format';
import type { TargetPlan } from './scenario-plan';
import { SeededRandom } from './seeded-random';
import { hostOf, targetAddresses, type Target } from './target';

/** One program on a target and where its lines go. */
export interface RunningWriter {
  readonly writer: LogWriter;
  readonly lane: Lane;
}

/** The targets of a run with their programs. Scenarios that name the same target share it. */
export class TargetHosts {
  private readonly targets = new Map<string, Target>();
  private readonly writers = new Map<Target, readonly RunningWriter[]>();
  private readonly lanes = new Map<string, Lane>();

  constructor(
    private readonly seed: string,
    private readonly disorder: Disorder,
  ) {}

  /** The target of a plan, set up at its first use. */
  target(plan: TargetPlan): Target {
    const { name, country, number, port, writes } = plan;
    const key = `${name} ${writes.join()}`;
    const known = this.targets.get(key);
    if (known !== undefined) return known;
    const target: Target = {
      ...targetAddresses(country, number),
      name,
      host: hostOf(name),
      port,
      writes,
      clockSkewUs: this.disorder.skewUs(),
    };
    this.targets.set(key, target);
    this.writers.set(
      target,
      writes.map((format) => ({
        writer: FORMATS[format].open(target, new SeededRandom(`${this.seed}/${name}/${format}`)),
        lane: this.lane(format, name),
      })),
    );
    return target;
  }

  writersOf(target: Target): readonly RunningWriter[] {
    return this.writers.get(target) ?? [];
  }

  private lane(format: keyof typeof FORMATS, target: string): Lane {
    const { dataset, namesHost } = FORMATS[format];
    const host = namesHost ? undefined : hostOf(target);
    const key = `${dataset} ${host ?? ''}`;
    const lane = this.lanes.get(key) ?? { index: this.lanes.size, dataset, host };
    this.lanes.set(key, lane);
    return lane;
  }
}
