import { setTimeout as sleep } from 'node:timers/promises';
import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import {
  AlertSchema,
  DetectionPipelineSchema,
  RuleSummarySchema,
  SimulationSchema,
  SimulationTruthSchema,
  type Alert,
  type AttackTruth,
  type SimulationTruth,
} from '@watchfloor/contracts';
import { isOnSimulated, score, scoreTable, type Score, type Span } from '@watchfloor/scoring';
import { request } from 'undici';

const TIMEOUT_MS = 5_000;
const ASK_EVERY_MS = 250;
/** Detection follows the last event by the out-of-orderness of 5 s, its own lag and the time that a quiet log waits. */
const WAIT_MS = 20_000;
/** What is past the last event by this much, in ms, can no longer be changed by it. */
const TOLERANCE_MS = 2_000;
/** An alert is stored a moment after detection has passed what raised it. */
const HOP_MS = 1_000;
/** A timeline of its own is judged to its end when nothing has come for 10 s. */
const QUIET_MS = 12_000;
const MOST_ALERTS = 10_000;
const LIVE = 'live';

const listOf = <Schema extends TSchema>(items: Schema) =>
  Type.Object({ items: Type.Array(items), next: Type.Union([Type.String(), Type.Null()]) });

const RulesSchema = listOf(RuleSummarySchema);
const AlertsSchema = listOf(AlertSchema);
const SimulationsSchema = listOf(SimulationSchema);
const PipelineSchema = Type.Object({ detection: Type.Optional(DetectionPipelineSchema) });

/** The score of a run, and what is to be known about it; without a score, why there is none. */
export interface RunScore {
  readonly score?: Score;
  readonly note?: string;
}

/** Asks a running api for the alerts of a run and compares them with what the run really did. */
export class RunScoreProbe {
  constructor(
    private readonly target: URL,
    private readonly timeline = LIVE,
  ) {}

  /** Waits until detection has passed the end of the run, or for 20 s, and compares. Failures are told, not thrown. */
  async compare(truth: SimulationTruth, signal: AbortSignal): Promise<RunScore> {
    if (truth.until === null || truth.from === null)
      return { note: 'nothing was sent, so there is nothing to score' };
    const span = { fromMs: Date.parse(truth.from), untilMs: Date.parse(truth.until) };
    try {
      const judgedUntilMs = await this.untilJudged(span.untilMs, signal);
      if (judgedUntilMs === undefined) return { note: 'no score: detection does not run there' };
      const compareNow = () => this.compareNow(truth.items, judgedUntilMs, span);
      let compared = await compareNow();
      if (compared.missed > 0) {
        await sleep(HOP_MS);
        compared = await compareNow();
      }
      if (compared.pending === 0) return { score: compared };
      return { score: compared, note: lagText(compared, judgedUntilMs, span.untilMs) };
    } catch (error) {
      return { note: `no score: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  private async compareNow(truth: readonly AttackTruth[], judgedUntilMs: number, span: Span): Promise<Score> {
    const { items: rules } = await this.get('rules', RulesSchema);
    const elsewhere = await this.elsewhere();
    return score({ truth, alerts: await this.alerts(), rules, elsewhere, judgedUntilMs, span });
  }

  /** How far detection has come when it has passed `untilMs`, or when the wait is over; undefined when there is none. */
  private async untilJudged(untilMs: number, signal: AbortSignal): Promise<number | undefined> {
    const giveUpAt = performance.now() + WAIT_MS;
    let busyAt = performance.now();
    for (;;) {
      const { detection } = await this.get('pipeline', PipelineSchema);
      if (detection === undefined) return undefined;
      if (detection.lag > 0) busyAt = performance.now();
      const isQuiet = performance.now() - busyAt > QUIET_MS;
      const judged = this.timeline === LIVE ? (detection.watermark ?? 0) : isQuiet ? Infinity : 0;
      const over = performance.now() >= giveUpAt || signal.aborted;
      if (judged > untilMs + TOLERANCE_MS || over) return judged;
      await sleep(ASK_EVERY_MS);
    }
  }

  private async alerts(): Promise<Alert[]> {
    const found: Alert[] = [];
    let cursor: string | null = '';
    while (cursor !== null && found.length < MOST_ALERTS) {
      const from = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Static<typeof AlertsSchema> = await this.get(
        `alerts?timeline=${encodeURIComponent(this.timeline)}&limit=500${from}`,
        AlertsSchema,
      );
      found.push(...page.items);
      cursor = page.next;
    }
    return found.filter(isOnSimulated);
  }

  /** The attacks of simulations that the api runs itself, on the live timeline; none where it has no simulator. */
  private async elsewhere(): Promise<AttackTruth[]> {
    if (this.timeline !== LIVE) return [];
    try {
      const { items } = await this.get('simulations', SimulationsSchema);
      const truths = await Promise.all(
        items.map(({ id }) => this.get(`simulations/${id}/truth`, SimulationTruthSchema)),
      );
      return truths.flatMap((truth) => truth.items);
    } catch {
      // Without a simulator beside the api nobody else simulates.
      return [];
    }
  }

  private async get<Schema extends TSchema>(path: string, schema: Schema): Promise<Static<Schema>> {
    const answer = await request(new URL(`/api/v1/${path}`, this.target), {
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`/${path.split('?')[0]} answered ${answer.statusCode}`);
    const value: unknown = JSON.parse(text);
    if (Value.Check(schema, value)) return value;
    throw new Error(`/${path.split('?')[0]} answered in another form`);
  }
}

function lagText({ pending }: Score, judgedUntilMs: number, untilMs: number): string {
  const behind = Math.max(0, Math.round((untilMs - judgedUntilMs) / 1000));
  const where = Number.isFinite(behind) && judgedUntilMs > 0 ? `, ${behind} s before the end of the run` : '';
  return `${pending} attacks are pending: detection has not passed them yet${where}`;
}

/** The score for a person: the table, and what is to be known about it. */
export function runScoreText({ score: compared, note }: RunScore): string {
  return [
    ...(compared === undefined ? [] : [scoreTable(compared)]),
    ...(note === undefined ? [] : [note]),
  ].join('\n');
}
