import type { SnapshotWindow } from '@watchfloor/contracts';

/** Bytes that may wait in a socket before a client counts as slow. */
export const SLOW_ABOVE_BYTES = 1_048_576;

/** A client that has been slow for this long is cut off: a close frame cannot reach one that does not read. */
const CUT_OFF_AFTER_MS = 2_000;

/** Messages a client may send in one second. */
const MESSAGES_PER_SECOND = 20;

/** Bad messages before a client is closed with 1008. */
export const BAD_MESSAGES = 3;

/** The one thing that a client's state needs of its socket. */
export interface OutgoingSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  terminate(): void;
}

/** One client: what it looks at, what it has, whether it keeps up. It never gets a queue: a slow one skips frames. */
export class LiveClient {
  timeline = 'live';
  window: SnapshotWindow = '5m';
  /** Whether it has the state that updates build on. */
  inStep = false;
  skipped = 0;
  badMessages = 0;
  aliveAt: number;
  #slowSince: number | undefined;
  #secondBegan = 0;
  #messages = 0;

  constructor(
    readonly socket: OutgoingSocket,
    now: number,
  ) {
    this.aliveAt = now;
  }

  /** Name of the view it looks at. */
  get view(): string {
    return `${this.timeline}/${this.window}`;
  }

  /** Sends when the socket can take it. A frame that is skipped puts the client out of step: it needs a snapshot. */
  offer(text: string, now: number): boolean {
    if (this.socket.bufferedAmount + text.length <= SLOW_ABOVE_BYTES) {
      this.#slowSince = undefined;
      this.socket.send(text);
      return true;
    }
    this.#slowSince ??= now;
    this.inStep = false;
    this.skipped++;
    if (now - this.#slowSince >= CUT_OFF_AFTER_MS) this.socket.terminate();
    return false;
  }

  /** Whether one more message may be read now. */
  mayTalk(now: number): boolean {
    if (now - this.#secondBegan >= 1_000) {
      this.#secondBegan = now;
      this.#messages = 0;
    }
    return ++this.#messages <= MESSAGES_PER_SECOND;
  }
}
