import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import type { Decision } from '../decision';
import { BEGIN_AGAIN, NOTE_SEARCH } from '../lua/suspects';
import type { WorkOrder } from '../segment';
import { KEYS } from '../topology';
import type { CrashSearch } from './crash-search';

/** An attempt at a segment whose order was begun before. */
export interface Attempt {
  /** How often an order for its base was begun again, this time included. */
  readonly tries: number;
  /** What the attempts before it have found. */
  readonly search: CrashSearch | undefined;
}

const beginAgain = new Script('begin-again', BEGIN_AGAIN);
const noteSearch = new Script('note-search', NOTE_SEARCH);

/** What is known of segments that may kill their worker; kept in the state of their partition. */
export class SuspectStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
  ) {}

  /** Counts an attempt. From here on only this one goes on with the search. */
  async beginAgain({ partition, stage, base }: WorkOrder): Promise<Attempt> {
    const reply = await beginAgain.run(this.redis, [this.#state(partition)], [stage, base]);
    const [tries, search] = reply as [number, string];
    return { tries, search: search === '' ? undefined : (JSON.parse(search) as CrashSearch) };
  }

  /** Writes how far the search is. False: another attempt has been begun since. */
  async note({ partition, stage, base }: WorkOrder, tries: number, search: CrashSearch): Promise<boolean> {
    const args = [stage, base, String(tries), JSON.stringify(search)];
    return (await noteSearch.run(this.redis, [this.#state(partition)], args)) === 1;
  }

  /** Puts the segment of an order under suspicion without an attempt at it. */
  async suspect({ partition, stage, base }: WorkOrder, { tries, search }: Attempt): Promise<void> {
    const field = `suspect:${stage}`;
    const kept = { [field]: base, [`${field}:tries`]: tries, [`${field}:search`]: JSON.stringify(search) };
    await this.redis.hset(this.#state(partition), kept);
  }

  /** The decision that an earlier attempt at a segment of processing recorded. */
  async decision({ partition, base }: WorkOrder): Promise<Decision | undefined> {
    const text = await this.redis.hget(this.#state(partition), 'decision');
    const decision = text === null ? undefined : (JSON.parse(text) as Decision);
    return decision?.base === base ? decision : undefined;
  }

  #state(partition: number): string {
    return this.keys.of(partition, KEYS.state);
  }
}
