import type { DetectedAlert, NormalisedEvent, RequestedDataset } from '@watchfloor/contracts';
import type { AlertChange } from '../pipeline/detection/alert-book';
import { Detector, type DetectionCounts } from '../pipeline/detection/detector';
import { eventRows } from '../pipeline/detection/event-rows';
import type { Rule } from '../pipeline/detection/rule';
import { RuleExplanation, type RuleReport } from '../pipeline/detection/rule-explanation';
import type { LineReader, ReadingContext } from '../pipeline/ingest/format';
import { createLineReader, LONGEST_LINE } from '../pipeline/ingest/normalise';
import { EVENT_TIME } from '../pipeline/topology';
import { createEnricher } from '../pipeline/processing/enrich';
import { LineSplitter, type SplitLine } from './line-splitter';

/** The timeline of a log that is read by `detect`; alert ids are derived from it. */
const OFFLINE_TIMELINE = 'offline';

/** What is watched, and how alerts are told. */
export interface DetectRunOptions {
  /** The one rule that is explained; it must be among the rules. */
  readonly explained?: Rule | undefined;
  /** Whether each alert is told once, at the end, instead of when it is raised. */
  readonly final?: boolean;
}

/** Events held so that they can be put in order; they are objects, so it is less than a pipeline holds encoded. */
const MOST_HELD = 65_536;

/**
 * Detection over one log: the reader, the rules, what came out. A log is not always in order of time (Suricata writes a flow when
 * it ends), so events are held and sorted as far as the detector's buffer reaches, not only within the live tolerance.
 */
export class DetectRun {
  /** Lines that are no event. */
  rejected = 0;
  lines = 0;
  /** Events further behind the newest one before them than the pipeline waits for, in its event time. */
  tooLateLive = 0;
  private newest = Number.NEGATIVE_INFINITY;
  private readonly reader: LineReader;
  /** As the pipeline does, but without tables of places and networks. */
  private readonly enrich = createEnricher({});
  private readonly splitter = new LineSplitter(LONGEST_LINE);
  private readonly detector: Detector;
  private readonly explanation: RuleExplanation | undefined;
  /** What was said last of each alert; undefined where alerts are told as they are raised. */
  private readonly latest: Map<string, DetectedAlert> | undefined;
  /** Events of the current chunk. */
  private events: NormalisedEvent[] = [];

  constructor(
    input: { readonly dataset: RequestedDataset; readonly context: ReadingContext },
    rules: readonly Rule[],
    { explained, final = false }: DetectRunOptions = {},
  ) {
    this.latest = final ? new Map() : undefined;
    this.reader = createLineReader(input.dataset, input.context);
    this.explanation = explained === undefined ? undefined : new RuleExplanation(explained);
    const follow = this.explanation?.follow;
    this.detector = new Detector(rules, {
      timeline: OFFLINE_TIMELINE,
      maxPending: MOST_HELD,
      ...(follow === undefined ? {} : { trace: (_rule, step) => follow(step) }),
    });
  }

  /** Takes a chunk of the log; the alerts that are certain by now, as NDJSON. */
  chunk(chunk: Buffer): string {
    this.splitter.push(chunk, this.take);
    this.offer();
    return this.told(this.detector.advance(Number.NEGATIVE_INFINITY).changes);
  }

  /** The end of the log; the remaining alerts as NDJSON. */
  end(): string {
    this.splitter.finish(this.take);
    this.offer();
    const text = this.told(this.detector.finish().changes);
    return this.latest === undefined ? text : alertsText([...this.latest.values()]);
  }

  /** Why the watched rule did or did not fire. */
  report(): RuleReport | undefined {
    return this.explanation?.report();
  }

  get yearsInferred(): boolean {
    return this.reader.yearsInferred === true;
  }

  get counts(): DetectionCounts {
    return this.detector.counts;
  }

  private told(changes: readonly AlertChange[]): string {
    const { latest } = this;
    if (latest === undefined) {
      const raised = changes.filter(({ change }) => change === 'raised').sort((a, b) => a.at - b.at);
      return alertsText(raised.map(({ alert }) => alert));
    }
    for (const { alert } of changes) latest.set(alert.id, alert);
    return '';
  }

  private readonly take = (line: SplitLine): void => {
    this.lines += 1;
    const outcome = 'text' in line ? this.reader.read(line.text) : undefined;
    if (outcome === undefined || !('event' in outcome)) {
      this.rejected += 1;
      return;
    }
    const { event } = outcome;
    event.event.id ??= `line-${this.lines}`;
    this.enrich(event);
    this.explanation?.observe(event);
    this.events.push(event);
  };

  private offer(): void {
    const { events } = this;
    if (events.length === 0) return;
    this.events = [];
    const times = events.map((event) => Date.parse(event['@timestamp']));
    for (const time of times) {
      if (time < this.newest - EVENT_TIME.maxOutOfOrdernessMs) this.tooLateLive += 1;
      else this.newest = Math.max(this.newest, time);
    }
    this.detector.offerBatch({ entry: `line-${this.lines}`, times, parts: () => [eventRows(events)] });
  }
}

function alertsText(alerts: readonly DetectedAlert[]): string {
  return alerts.map((alert) => `${JSON.stringify(alert)}\n`).join('');
}
