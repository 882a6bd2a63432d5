import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { SendFigures } from '@watchfloor/contracts';
import { CONFIG, type Config } from '../config';
import { EventGenerator, nominalRate, type GenerationRequest } from '../generation/event-generator';
import type { NativeLine } from '../generation/line-queue';
import { relayedLine } from '../generation/relayed-line';
import { TruthRecorder } from '../generation/truth';
import { TruthSummary } from '../generation/truth-summary';
import { allowedTarget } from '../publication/allow-list';
import { LogLinesPublisher } from '../publication/log-lines.publisher';
import { SimulationRun } from '../publication/simulation-run.publisher';
import { VirtualClock } from '../publication/virtual-clock';
import { Progress } from './progress.probe';
import { LinesFile } from './lines-file.store';
import { type RunScore, RunScoreProbe, runScoreText } from './run-score.probe';
import { ScenarioFiles } from './scenario-files.store';
import { generationRequest, readNumber, readSpeed, type SimulateOptions } from './simulation-request';

const IN_FLIGHT = 8;
const TIMEOUT_MS = 15_000;
const GIVE_UP_AFTER_MS = 120_000;
/** Lines written to a file between two looks at the stream. */
const LINES_PER_TURN = 2_000;

/** What a command did: the figures that `--json` prints, and the same for people. */
export interface CommandResult {
  readonly figures: Readonly<Record<string, unknown>>;
  readonly summary: string;
  readonly succeeded: boolean;
}

/** Writes the truth of a run beside its lines, when it is asked for. */
class LabelsFile {
  private readonly recorder = new TruthRecorder();
  private readonly file: LinesFile | undefined;

  constructor(path: string | undefined) {
    this.file = path === undefined ? undefined : new LinesFile(path);
  }

  add(line: NativeLine): void {
    this.recorder.add(line, (record) => this.file?.add(JSON.stringify(record)));
  }

  async flush(): Promise<void> {
    await this.file?.flush();
  }

  async close(): Promise<void> {
    this.recorder.close((record) => this.file?.add(JSON.stringify(record)));
    await this.file?.close();
  }
}

/** `simulate`: runs scenarios against an api, or into a file. */
@Injectable()
export class SimulateCommand {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly scenarios: ScenarioFiles,
  ) {}

  /** @throws RangeError, ScenarioError or TargetRefusedError for what was asked wrongly. */
  async run(names: readonly string[], options: SimulateOptions, signal: AbortSignal): Promise<CommandResult> {
    const plans = await Promise.all(names.map((name) => this.scenarios.plan(name)));
    const request = generationRequest(plans, options, Date.now());
    return options.out === undefined
      ? this.publish(request, options, signal)
      : this.write(request, { ...options, out: options.out }, signal);
  }

  private async write(
    request: GenerationRequest,
    options: SimulateOptions & { readonly out: string },
    signal: AbortSignal,
  ): Promise<CommandResult> {
    const generator = new EventGenerator(request);
    const file = new LinesFile(options.out);
    const labels = new LabelsFile(options.labels);
    let more = true;
    while (more && !signal.aborted) {
      more = generator.generate(
        Infinity,
        (line) => {
          if (options.dataset !== undefined && line.lane.dataset !== options.dataset) return;
          file.add(options.dataset === undefined ? relayedLine(line) : line.text);
          labels.add(line);
        },
        LINES_PER_TURN,
      );
      await file.flush();
      await labels.flush();
    }
    await file.close();
    await labels.close();
    const start = new Date(request.startMs).toISOString();
    return {
      figures: { lines: file.lines, seed: request.seed, start, durationSeconds: request.durationMs / 1000 },
      summary: `${file.lines} lines from ${start}`,
      succeeded: !signal.aborted,
    };
  }

  private async publish(
    request: GenerationRequest,
    options: SimulateOptions,
    signal: AbortSignal,
  ): Promise<CommandResult> {
    const target = allowedTarget(options.target ?? this.config.target, this.config.allowedHosts);
    const publisher = new LogLinesPublisher({
      target,
      inFlight: IN_FLIGHT,
      timeoutMs: TIMEOUT_MS,
      giveUpAfterMs: GIVE_UP_AFTER_MS,
    });
    const labels = new LabelsFile(options.labels);
    const truth = new TruthSummary();
    const runId = `sim-${randomBytes(6).toString('hex')}`;
    const startedAt = performance.now();
    const run = new SimulationRun(new EventGenerator(request), publisher, {
      ...pacing(options, startedAt),
      runId,
      onLine: (line) => {
        labels.add(line);
        truth.add(line);
      },
    });
    signal.addEventListener('abort', () => {
      run.stop();
      publisher.giveUp();
    });
    const progress = new Progress(expectedLines(request), () => publisher.ledger.figures().sent);
    await run.run();
    progress.stop();
    await labels.close();
    await publisher.close();
    const seconds = (performance.now() - startedAt) / 1000;
    const interrupted = signal.aborted;
    const probe = new RunScoreProbe(target, options.timeline);
    const scored = interrupted ? {} : await probe.compare(truth.soFar(), signal);
    return resultOf(publisher.ledger.figures(), { runId, seconds, interrupted, request, scored });
  }
}

function pacing({ speed: asked, timeline, resend }: SimulateOptions, startedAt: number) {
  const speed = readSpeed(asked);
  return {
    clock: new VirtualClock(startedAt, speed),
    speed,
    timeline,
    longestLagMs: Infinity,
    resendShare: resend === undefined ? 0 : readNumber('resend', resend, { min: 0, max: 1 }),
  };
}

const expectedLines = ({ scenarios, durationMs, linesPerSecond }: GenerationRequest): number =>
  Math.round(((linesPerSecond ?? nominalRate(scenarios, durationMs)) * durationMs) / 1000);

interface RunFacts {
  readonly runId: string;
  readonly seconds: number;
  readonly interrupted: boolean;
  readonly request: GenerationRequest;
  readonly scored: RunScore;
}

function resultOf(
  figures: SendFigures,
  { runId, seconds, interrupted, request, scored }: RunFacts,
): CommandResult {
  const eventsPerSecond = Math.round(figures.sent / seconds);
  const { sent, accepted, duplicates, rejected, refused, retried } = figures;
  return {
    figures: {
      run: runId,
      ...figures,
      seed: request.seed,
      start: new Date(request.startMs).toISOString(),
      seconds: Math.round(seconds * 1000) / 1000,
      eventsPerSecond,
      ...(scored.score === undefined ? {} : { score: scored.score }),
    },
    summary:
      `${sent} sent: ${accepted} accepted, ${duplicates} duplicates, ${rejected} rejected, ${refused} refused (${retried} requests sent again, ${eventsPerSecond} events/s)\n${runScoreText(scored)}`.trimEnd(),
    succeeded: !interrupted && refused === 0,
  };
}
