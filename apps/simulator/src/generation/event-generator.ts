import { destinationOf, sourceOf, type Activity } from './activity';
import { Disorder, type DisorderPlan } from './disorder';
import { LineQueue, type NativeLine } from './line-queue';
import type { LineOutlet } from './native-format';
import { PhaseRun } from './phase-run';
import { expectedLines } from './rate-shape';
import type { PhasePlan, ScenarioPlan } from './scenario-plan';
import { SeededRandom } from './seeded-random';
import { TargetHosts } from './target-hosts';

/** What to generate. The same request gives the same lines. */
export interface GenerationRequest {
  readonly scenarios: readonly ScenarioPlan[];
  readonly seed: number;
  /** Start of the run in milliseconds since the epoch. */
  readonly startMs: number;
  /** Length of the run in milliseconds; Infinity goes on for ever. Scenarios repeat until then. */
  readonly durationMs: number;
  /** Lines per second on average over all scenarios; undefined takes the rates as they are written. */
  readonly linesPerSecond: number | undefined;
  readonly disorder: DisorderPlan;
  /**
   * Leaves out the beginning of the run, in milliseconds: a run that was interrupted goes on from here, at the same
   * times with the same actors, but not in the middle of what they were doing.
   */
  readonly skipMs?: number;
}

/** Lines per second that the scenarios write on average in a run of this length, as their rates say. */
export function nominalRate(scenarios: readonly ScenarioPlan[], durationMs: number): number {
  return scenarios
    .flatMap(({ phases, lengthMs }) => {
      const spanMs = Math.min(lengthMs, durationMs);
      return phases.map(({ rate, lastsMs, startsAtMs }) => {
        const untilMs = Math.max(0, Math.min(lastsMs, spanMs - startsAtMs));
        return (expectedLines(rate, lastsMs, untilMs) * 1000) / spanMs;
      });
    })
    .reduce((sum, rate) => sum + rate, 0);
}

interface Course {
  readonly plan: PhasePlan;
  readonly scenarioLengthUs: number;
  run: PhaseRun;
}

/** Writes the lines of scenarios in the order in which a collector would see them. Pure: time passes only by `generate`. */
export class EventGenerator {
  private readonly seed: string;
  private readonly hosts: TargetHosts;
  private readonly disorder: Disorder;
  private readonly queue = new LineQueue();
  private readonly courses: Course[];
  private readonly durationUs: number;
  private startUs: number;
  private factor: number;
  /** Lines that programs have written so far, also those after the end of the run. */
  private written = 0;

  /** @throws RangeError when an actor does not fit into the address plan. */
  constructor(private readonly request: GenerationRequest) {
    this.seed = `${request.seed}`;
    this.disorder = new Disorder(request.disorder, new SeededRandom(`${this.seed}/disorder`));
    this.hosts = new TargetHosts(this.seed, this.disorder);
    this.durationUs = request.durationMs * 1000;
    this.startUs = request.startMs * 1000;
    this.factor = this.factorFor(request.linesPerSecond);
    const { scenarios, skipMs = 0 } = request;
    this.courses = scenarios.flatMap(({ phases, lengthMs }) => {
      const cycle = Math.floor(skipMs / lengthMs);
      return phases.map((plan) => ({
        plan,
        scenarioLengthUs: lengthMs * 1000,
        run: this.begin(plan, cycle, (cycle * lengthMs + plan.startsAtMs) * 1000),
      }));
    });
    for (const { run } of this.courses) run.skipTo(skipMs * 1000, this.factor);
  }

  /** True when nothing is left to write. */
  get finished(): boolean {
    return this.queue.size === 0 && this.nextCourse() === undefined;
  }

  /** Changes the rate from here on. */
  setRate(linesPerSecond: number): void {
    this.factor = this.factorFor(linesPerSecond);
  }

  /** Moves the run in time: what is generated from here on happens this much later. */
  postpone(byMs: number): void {
    this.startUs += Math.round(byMs) * 1000;
  }

  /**
   * Passes on the lines that arrive before `untilUs` (microseconds from the start of the run), in order of arrival.
   * Stops after `limit` lines and returns true when there may be more before `untilUs`.
   */
  generate(untilUs: number, sink: (line: NativeLine) => void, limit = Infinity): boolean {
    let emitted = 0;
    while (emitted < limit) {
      const course = this.nextCourse();
      const activityUs = course === undefined ? Infinity : course.run.nextUs;
      const lineUs = this.queue.firstArrivalUs;
      if (Math.min(activityUs, lineUs) >= untilUs) return false;
      if (course !== undefined && activityUs < lineUs) {
        this.step(course);
      } else {
        const line = this.queue.pop();
        if (line === undefined) return false;
        sink(line);
        emitted += 1;
      }
    }
    return true;
  }

  private factorFor(linesPerSecond: number | undefined): number {
    const { scenarios, durationMs } = this.request;
    const nominal = nominalRate(scenarios, durationMs);
    return linesPerSecond === undefined || nominal === 0 ? 1 : linesPerSecond / nominal;
  }

  private begin(plan: PhasePlan, cycle: number, startsAtUs: number): PhaseRun {
    const targets = plan.targets.map((target) => this.hosts.target(target));
    const turn = { seed: this.seed, cycle, startsAtUs, runStartMs: this.request.startMs, targets };
    return new PhaseRun(plan, turn, this.factor);
  }

  /** The phase whose next activity comes first; a phase that is over begins again with the next cycle. */
  private nextCourse(): Course | undefined {
    let next: Course | undefined;
    for (const course of this.courses) {
      while (course.run.nextUs === Infinity && this.repeat(course));
      const { nextUs } = course.run;
      if (nextUs < this.durationUs && (next === undefined || nextUs < next.run.nextUs)) next = course;
    }
    return next;
  }

  private repeat(course: Course): boolean {
    const { plan, scenarioLengthUs } = course;
    const cycle = course.run.cycle + 1;
    const startsAtUs = cycle * scenarioLengthUs + plan.startsAtMs * 1000;
    if (startsAtUs >= this.durationUs) return false;
    course.run = this.begin(plan, cycle, startsAtUs);
    return true;
  }

  private step({ run }: Course): void {
    const activity = run.nextActivity();
    const before = this.written;
    this.write(activity, run);
    run.advance(Math.max(1, this.written - before), this.factor);
  }

  private write(activity: Activity, run: PhaseRun): void {
    const { target } = activity;
    const source = sourceOf(activity);
    const reached = destinationOf(activity);
    for (const { writer, lane } of this.hosts.writersOf(target)) {
      const outlet: LineOutlet = (shownUs, text) => {
        this.written += 1;
        const eventUs = shownUs - target.clockSkewUs;
        const offsetUs = eventUs - this.startUs;
        if (offsetUs >= this.durationUs) return;
        const torn = this.disorder.tear(text);
        const line = {
          text: torn ?? text,
          lane,
          eventUs,
          truth: run.truth,
          source,
          reached,
          target: target.host,
          malformed: torn !== undefined,
        };
        this.queue.push({ ...line, arrivalUs: offsetUs + this.disorder.delayUs() });
        if (this.disorder.duplicates())
          this.queue.push({ ...line, arrivalUs: offsetUs + this.disorder.delayUs() });
      };
      writer.write(activity, this.startUs + run.nextUs + target.clockSkewUs, outlet);
    }
  }
}
