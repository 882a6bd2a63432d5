import type { IngestAnswer, ItemProblem } from '@watchfloor/contracts';
import { randomUUID } from 'node:crypto';
import { RequestProblem } from '../http/problem';
import type { RawMeta } from '../pipeline/entry';
import { partitionOf } from '../pipeline/partitioning';
import { within } from './deadline';
import type { IdempotencyStore, KeyedRequest, Standing, Tally } from './idempotency.store';
import type { JudgedEvents } from './judge-events';
import type { LineBatch, RawLogStore } from './raw-log.store';
import type { RequestIdentity } from './request-identity.store';
import { splitEvents } from './split-events';

/** An answer and whether it was given before. */
export interface IntakeAnswer {
  readonly answer: IngestAnswer;
  readonly replayed: boolean;
}

/** A judged batch with where it is going. */
export interface EventBatch {
  readonly judged: JudgedEvents;
  readonly timeline: string;
  readonly meta: RawMeta;
}

/** From the first script to the last; a client is told within 2.5 s that the storage does not answer. */
const STORAGE_MS = 2_300;

/** Stores what a request brings: each event once, whatever fails and however often it is sent under one key. */
export class EventIntake {
  constructor(
    private readonly rawLog: RawLogStore,
    private readonly idempotency: IdempotencyStore,
    private readonly partitions: number,
  ) {}

  /** Stores the lines of a request whole. */
  async takeLines(identity: RequestIdentity, digest: string, batch: LineBatch): Promise<IntakeAnswer> {
    const request = this.#request(identity, digest);
    const { standing, ...tally } = await within(STORAGE_MS, this.rawLog.appendLines(request, batch));
    refuseUnlessOpen(standing);
    return { answer: { ...tally, errors: [] }, replayed: standing === 'DONE' };
  }

  /**
   * Stores the valid events of a request, a part in each partition. Under a key its home partition is asked first and
   * told last; a part that fails leaves the key open for the next attempt, which finds the stored parts' answers.
   */
  async takeEvents(identity: RequestIdentity, digest: string, batch: EventBatch): Promise<IntakeAnswer> {
    const request = this.#request(identity, digest);
    return within(STORAGE_MS, this.#takeEvents(request, batch));
  }

  async #takeEvents(request: KeyedRequest, batch: EventBatch): Promise<IntakeAnswer> {
    try {
      return await this.#storeOnce(request, batch);
    } catch (error) {
      if (!(error instanceof RequestProblem)) await this.#giveBack(request);
      throw error;
    }
  }

  async #storeOnce(request: KeyedRequest, batch: EventBatch): Promise<IntakeAnswer> {
    const { errors } = batch.judged;
    if (request.field !== undefined) {
      const { standing, ...tally } = await this.idempotency.begin(request);
      refuseUnlessOpen(standing);
      if (standing === 'DONE') return { answer: withErrors(tally, errors), replayed: true };
    }
    const stored = await this.#storeParts(request, batch);
    const tally = { ...stored, rejected: errors.length };
    if (request.field === undefined && errors.length === 0) {
      return { answer: withErrors(tally, errors), replayed: false };
    }
    const kept = await this.idempotency.finish(request, tally, countByCode(errors));
    return { answer: withErrors(kept, errors), replayed: false };
  }

  async #storeParts(
    request: KeyedRequest,
    { judged, timeline, meta }: EventBatch,
  ): Promise<Omit<Tally, 'rejected'>> {
    const parts = splitEvents(judged.events, this.partitions);
    const outcomes = await Promise.allSettled(
      parts.map((part) => this.rawLog.appendPart(request, part, timeline, meta)),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const stored = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    return {
      accepted: stored.reduce((sum, { accepted }) => sum + accepted, 0),
      duplicates: stored.reduce((sum, { duplicates }) => sum + duplicates, 0),
    };
  }

  async #giveBack(request: KeyedRequest): Promise<void> {
    if (request.field === undefined) return;
    // Where this fails too, the lease on the key runs out by itself.
    await this.idempotency.abandon(request).catch(() => undefined);
  }

  #request({ field, idPrefix }: RequestIdentity, digest: string): KeyedRequest {
    return { partition: partitionOf(idPrefix, this.partitions), field, digest, token: randomUUID() };
  }
}

function refuseUnlessOpen(standing: Standing): void {
  if (standing === 'OTHER') throw new RequestProblem('key_reused');
  if (standing === 'RUNNING') throw new RequestProblem('key_in_use', { retryAfterS: 1 });
}

function withErrors({ accepted, duplicates, rejected }: Tally, errors: readonly ItemProblem[]): IngestAnswer {
  return { accepted, duplicates, rejected, errors: [...errors] };
}

function countByCode(errors: readonly ItemProblem[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of errors) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}
