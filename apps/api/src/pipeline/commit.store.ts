import { Injectable } from '@nestjs/common';
import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { type CommitPlan, type Output, toHeader, toScriptPlan } from './commit-plan';
import type { Decision } from './decision';
import { ALL_FENCES, type Fences } from './fences';
import { channelAppendScript, commitScript, DECIDE } from './lua/commit';
import type { CommitOutcome } from './segment';
import { bodiesOf, DEAD_LETTERS, KEYS, stageRow, STREAMS } from './topology';

const decide = new Script('decide', DECIDE);

/** Writes what the stages bring about: one script a partition, compare-and-set on its cursor. */
@Injectable()
export class CommitStore {
  readonly #commit: Script;
  readonly #channelAppend: Script;

  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly fences: Fences = ALL_FENCES,
  ) {
    this.#commit = new Script('commit', commitScript(fences.compareAndSet));
    this.#channelAppend = new Script('channel-append', channelAppendScript(fences.compareAndSet));
  }

  /** Commits a work order in its partition. */
  async commit(partition: number, plan: CommitPlan): Promise<CommitOutcome> {
    const { input, output } = stageRow(plan.stage);
    const names = [
      KEYS.state,
      KEYS.ledger,
      input,
      bodiesOf(input),
      STREAMS.deadLetters,
      output,
      bodiesOf(output),
      KEYS.watermarks,
      STREAMS.marks,
    ];
    const bodies = plan.outputs.map((one) => one.body);
    return (await this.#commit.run(
      this.redis,
      names.map((name) => this.keys.of(partition, name)),
      [toScriptPlan(plan, DEAD_LETTERS.kept), ...bodies, ...(plan.change ? [plan.change] : [])],
    )) as CommitOutcome;
  }

  /** Records a decision, or answers the one that an earlier attempt recorded and that is to be obeyed. */
  async decide(partition: number, decision: Decision): Promise<Decision | Exclude<CommitOutcome, 'OK'>> {
    if (!this.fences.decisions) return decision;
    const reply = (await decide.run(
      this.redis,
      [this.keys.of(partition, KEYS.state)],
      [decision.base, JSON.stringify(decision)],
    )) as string;
    if (reply === 'STALE' || reply === 'GAP') return reply;
    return JSON.parse(reply) as Decision;
  }

  /** Appends to the channel `from` -> `partition` what lies in (base, to]. */
  async channelAppend(partition: number, append: ChannelAppend): Promise<CommitOutcome> {
    const plan = {
      from: String(append.from),
      base: append.base,
      to: append.to,
      outputs: append.outputs.map(toHeader),
    };
    return (await this.#channelAppend.run(
      this.redis,
      [KEYS.state, KEYS.channels, STREAMS.keyed, bodiesOf(STREAMS.keyed)].map((name) =>
        this.keys.of(partition, name),
      ),
      [JSON.stringify(plan), ...append.outputs.map((output) => output.body)],
    )) as CommitOutcome;
  }
}

/** What one partition hands to another. */
export interface ChannelAppend {
  readonly from: number;
  readonly base: string;
  readonly to: string;
  readonly outputs: readonly Output[];
}
