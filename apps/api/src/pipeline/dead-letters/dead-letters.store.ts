import type { DeadLetterRow, RejectionReason, Stage } from '@watchfloor/contracts';
import { entryTime, FIRST, type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { TimelinesStore } from '../../edge/timelines.store';
import type { Clock } from '../clock';
import type { DeadLetter, EntryId } from '../entry';
import { stageCounters } from '../ledger/stage-counters';
import { type ListedEntry, type ListPage, takePage } from '../list-page';
import { HIDE_DEAD_LETTER, REDRIVE } from '../lua/redrive';
import { newestFirst } from '../newest-first.store';
import { ALL_ROWS, type StreamPosition } from '../stream-cursor';
import { bodiesOf, DEAD_LETTERS, KEYS, stageRow, STREAMS } from '../topology';
import { formatLetterId, type LetterPlace, parseLetterId } from './letter-id';
import { redrive, type RedrivenEntry, type RedriveRefusal } from './redrive';

/** Letters looked at for one answer. */
const MOST_LOOKS = 20_000;

const redriveScript = new Script('redrive', REDRIVE);
const hide = new Script('hide-dead-letter', HIDE_DEAD_LETTER);

/** Which dead letters are listed. */
export interface DeadLetterQuery {
  readonly timeline: string;
  readonly stage?: Stage | undefined;
  readonly reason?: RejectionReason | undefined;
  readonly limit: number;
  readonly from?: readonly StreamPosition[] | undefined;
}

/** What became of a redrive. */
export type RedriveOutcome =
  | { readonly redriven: { readonly stage: Stage; readonly eventId: string } }
  | {
      readonly refused: RedriveRefusal['refused'] | 'not_found' | 'already_redriven' | 'too_many_timelines';
      readonly detail?: string;
    };

interface StoredLetter {
  readonly place: LetterPlace;
  readonly stage: Stage;
  readonly letter: DeadLetter;
}

/** Lists the dead letters of all partitions, puts one back, hides one. */
export class DeadLettersStore {
  readonly #timelines: TimelinesStore;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly clock: Clock,
  ) {
    this.#timelines = new TimelinesStore(redis, keys, clock);
  }

  /** Dead letters, newest first. */
  async list({ timeline, stage, reason, limit, from }: DeadLetterQuery): Promise<ListPage<DeadLetterRow>> {
    const passes = (stored: StoredLetter): boolean =>
      stored.letter.timeline === timeline &&
      (stage === undefined || stored.stage === stage) &&
      (reason === undefined || stored.letter.reason === reason);
    const { items, next } = await this.#page(passes, limit, from);
    return { items: await this.#rows(items), next };
  }

  /** The newest dead letter of an event, within the letters that one answer looks at. */
  async ofEvent(eventId: string): Promise<DeadLetterRow | undefined> {
    const { items } = await this.#page(({ letter }) => letter.eventId === eventId, 1);
    const [row] = await this.#rows(items);
    return row;
  }

  /** Puts a dead letter back into the input of the stage that rejected it. @param raw replaces its text */
  async redrive(id: string, raw?: string): Promise<RedriveOutcome> {
    const stored = await this.#find(id);
    if (!stored) return { refused: 'not_found' };
    const { place, stage, letter } = stored;
    const { partition } = place;
    const entry = redrive(letter, raw, {
      stage,
      partition,
      partitions: this.keys.partitions,
      now: this.clock(),
    });
    if ('refused' in entry) return entry;
    // Its timeline may have been swept: what comes of it is swept again only under a name that is there.
    if (!(await this.#timelines.admit(letter.timeline))) return { refused: 'too_many_timelines' };
    const outcome = await this.#putBack(stored, entry);
    if (outcome === 'GONE') return { refused: 'not_found' };
    if (outcome === 'REDRIVEN') return { refused: 'already_redriven' };
    return { redriven: { stage, eventId: entry.eventId } };
  }

  /** Takes a dead letter off the list. False when it is not there. */
  async hide(id: string): Promise<boolean> {
    const place = parseLetterId(id, this.keys.partitions);
    if (!place) return false;
    const keys = [STREAMS.deadLetters, KEYS.redriven].map((name) => this.keys.of(place.partition, name));
    return (await hide.run(this.redis, keys, [place.entry])) === 1;
  }

  async #page(
    passes: (stored: StoredLetter) => boolean,
    limit: number,
    from?: readonly StreamPosition[],
  ): Promise<ListPage<StoredLetter>> {
    const positions = from ?? (await this.#newest());
    const entries = newestFirst(this.redis, this.keys, { stream: STREAMS.deadLetters }, positions);
    return takePage(entries, positions, {
      limit,
      mostLooks: MOST_LOOKS,
      rowsOf: (entry) => {
        const stored = toStored(entry);
        return [passes(stored) ? stored : undefined];
      },
    });
  }

  /** Where a list begins: behind the newest letter there is, so that later ones stay out of its further pages. */
  async #newest(): Promise<StreamPosition[]> {
    const partitions = Array.from({ length: this.keys.partitions }, (_, partition) => partition);
    return Promise.all(
      partitions.map(async (partition) => {
        const stream = this.keys.of(partition, STREAMS.deadLetters);
        const [last] = await this.redis.xrevrange(stream, '+', '-', 'COUNT', 1);
        return { id: last?.[0] ?? FIRST, row: ALL_ROWS };
      }),
    );
  }

  async #find(id: string): Promise<StoredLetter | undefined> {
    const place = parseLetterId(id, this.keys.partitions);
    if (!place) return undefined;
    const stream = this.keys.of(place.partition, STREAMS.deadLetters);
    const [found] = await this.redis.xrange(stream, place.entry, place.entry);
    return (
      found &&
      toStored({ partition: place.partition, id: found[0], values: [found[1][1] ?? '', found[1][3] ?? ''] })
    );
  }

  async #putBack({ place, stage, letter }: StoredLetter, entry: RedrivenEntry): Promise<unknown> {
    const { input } = stageRow(stage);
    const names = [KEYS.state, KEYS.ledger, STREAMS.deadLetters, KEYS.redriven, input, bodiesOf(input)];
    const plan = {
      letter: place.entry,
      eventId: entry.eventId,
      kept: DEAD_LETTERS.kept,
      counters: [stageCounters.redriven(stage), stageCounters.redrivenFor(stage, letter.reason)],
      n: 1,
      tl: letter.timeline,
      m: JSON.stringify(entry.meta),
    };
    return redriveScript.run(
      this.redis,
      names.map((name) => this.keys.of(place.partition, name)),
      [JSON.stringify(plan), entry.body],
    );
  }

  async #rows(letters: readonly StoredLetter[]): Promise<DeadLetterRow[]> {
    const marks = new Map<string, string>();
    for (const partition of new Set(letters.map(({ place }) => place.partition))) {
      const entries = letters
        .filter(({ place }) => place.partition === partition)
        .map(({ place }) => place.entry);
      const found = await this.redis.hmget(this.keys.of(partition, KEYS.redriven), ...entries);
      entries.forEach((entry, i) => {
        const eventId = found[i];
        if (eventId) marks.set(formatLetterId({ partition, entry }), eventId);
      });
    }
    return letters.map((stored) => toRow(stored, marks.get(formatLetterId(stored.place))));
  }
}

function toStored({ partition, id, values: [stage, letter] }: Omit<ListedEntry, 'body'>): StoredLetter {
  return {
    place: { partition, entry: id as EntryId },
    stage: stage as Stage,
    letter: JSON.parse(letter ?? '{}') as DeadLetter,
  };
}

function toRow({ place, stage, letter }: StoredLetter, redrivenAs: string | undefined): DeadLetterRow {
  const { reason, detail, raw, cut, dataset, timeline, eventId, at } = letter;
  return {
    id: formatLetterId(place),
    stage,
    reason,
    detail,
    ...(raw === undefined ? {} : { raw }),
    ...(cut ? { cut } : {}),
    dataset,
    timeline,
    ...(eventId === undefined ? {} : { eventId }),
    received: new Date(at).toISOString(),
    time: new Date(entryTime(place.entry)).toISOString(),
    ...(redrivenAs === undefined ? { state: 'dead' } : { state: 'redriven', redrivenAs }),
  };
}
