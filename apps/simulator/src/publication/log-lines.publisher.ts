import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dataset, IngestAnswer, RequestedDataset, SendFigures } from '@watchfloor/contracts';
import { IngestAnswerSchema } from '@watchfloor/contracts';
import { Value } from '@sinclair/typebox/value';
import { Pool } from 'undici';
import { isRetryable, waitBeforeRetry } from './retry';
import { SendLedger } from './send-ledger';

/** One request: lines of one dataset under one idempotency key. */
export interface LogRequest {
  readonly dataset: Dataset | RequestedDataset;
  /** `host`, `timeline`, `year`, `timezone`. */
  readonly query: Readonly<Record<string, string>>;
  readonly key: string;
  readonly body: Buffer;
  readonly lines: number;
}

export interface PublisherOptions {
  readonly target: URL;
  /** Requests that may be under way at the same time. */
  readonly inFlight: number;
  /** How long one attempt may take. */
  readonly timeoutMs: number;
  /** After this time without success a request is given up on. */
  readonly giveUpAfterMs: number;
  /** Figures of an earlier part of the run, which the ledger goes on from. */
  readonly before?: SendFigures;
}

/** The outcome of a request; `answered` carries what the receiver said. */
export type SendOutcome =
  | { readonly kind: 'answered'; readonly answer: IngestAnswer; readonly replayed: boolean }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string };

interface Attempt {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
  readonly replayed: boolean;
}

/** No answer came: the request may have arrived or not. */
const NO_ANSWER: Attempt = { status: 599, text: '', retryAfter: undefined, replayed: false };

/**
 * Sends log lines to `/api/v1/logs/{dataset}`. A request without an answer, or with one that asks for it, is sent again
 * with the same key until it is answered, so its lines count once.
 */
export class LogLinesPublisher {
  readonly ledger: SendLedger;
  private readonly pool: Pool;
  private readonly prefix: string;
  private readonly stopping = new AbortController();
  private underWay = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly options: PublisherOptions) {
    const { target, inFlight, timeoutMs, before } = options;
    this.ledger = new SendLedger(before);
    // Every request that waits for its retry listens for the end.
    setMaxListeners(0, this.stopping.signal);
    this.prefix = `${target.pathname.replace(/\/$/, '')}/api/v1/logs/`;
    this.pool = new Pool(target.origin, {
      connections: inFlight,
      pipelining: 1,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connect: { timeout: Math.min(timeoutMs, 3_000) },
    });
  }

  /** Resolves when a request may be sent: at most `inFlight` are under way. */
  async capacity(): Promise<void> {
    while (this.underWay >= this.options.inFlight)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /**
   * Sends a request and counts its outcome. `isRepeat`: it was sent and answered before, under the same key. Resolves also when it was refused; never rejects for what the network does.
   */
  async send(request: LogRequest, isRepeat = false): Promise<SendOutcome> {
    this.underWay += 1;
    try {
      return await this.persist(request, isRepeat);
    } finally {
      this.underWay -= 1;
      this.waiting.shift()?.();
    }
  }

  /** Gives up on what is still waiting for a retry; what is under way gets its answer. */
  giveUp(): void {
    this.stopping.abort();
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  private async persist(request: LogRequest, isRepeat: boolean): Promise<SendOutcome> {
    const startedAt = performance.now();
    let mayHaveArrived = false;
    for (let number = 1; ; number += 1) {
      const attempt = await this.attempt(request);
      const outcome = outcomeOf(attempt);
      if (outcome?.kind === 'answered') {
        this.ledger.answered(request.lines, outcome.answer, {
          mayHaveArrived,
          replayed: outcome.replayed,
        });
        return outcome;
      }
      const exhausted = performance.now() - startedAt > this.options.giveUpAfterMs;
      if (outcome !== undefined || exhausted || this.stopping.signal.aborted) {
        this.ledger.gaveUp(request.lines);
        return outcome ?? { kind: 'refused', status: attempt.status, code: 'gave_up' };
      }
      mayHaveArrived = !isRepeat;
      this.ledger.resent();
      await this.pause(waitBeforeRetry(number, attempt.retryAfter, Date.now()));
    }
  }

  private async attempt({ dataset, query, key, body }: LogRequest): Promise<Attempt> {
    const search = new URLSearchParams(query).toString();
    try {
      const response = await this.pool.request({
        method: 'POST',
        path: this.prefix + dataset + (search === '' ? '' : `?${search}`),
        headers: { 'content-type': 'text/plain; charset=utf-8', 'idempotency-key': key },
        body,
      });
      const retryAfter = response.headers['retry-after'];
      return {
        status: response.statusCode,
        text: await response.body.text(),
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
        replayed: response.headers['idempotency-replayed'] === 'true',
      };
    } catch {
      // Refused connection, cut connection, timeout: all mean that the answer is unknown and the key must be sent again.
      return NO_ANSWER;
    }
  }

  private async pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.stopping.signal });
    } catch {
      // giveUp() ends the wait; the loop sees the signal.
    }
  }
}

/** What an answer means; undefined when the request should be sent again. */
function outcomeOf({ status, text, replayed }: Attempt): SendOutcome | undefined {
  if (isRetryable(status)) return undefined;
  const body = parse(text);
  if (status >= 200 && status < 300 && Value.Check(IngestAnswerSchema, body))
    return { kind: 'answered', answer: body, replayed };
  const code =
    typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : `http_${status}`;
  return { kind: 'refused', status, code };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
