import type { LiveMessage, LiveRequest, SnapshotWindow } from '@watchfloor/contracts';
import { applyUpdate, fromSnapshot, type LiveState } from './apply-update';
import { parseLiveMessage } from './parse-live-message';
import { isFinalClose, reconnectDelayMs } from './reconnect-delay';

/** A socket that says nothing for this long is dead, whatever TCP believes (the server's heartbeat is 1 s). */
export const SILENCE_DEADLINE_MS = 5_000;

/** A request for what is missing is repeated after this long without an answer. */
const ASK_AGAIN_AFTER_MS = 2_000;

export interface Connection {
  /** `waiting`: closed, to be tried again; `refused`: closed by the server for good. */
  readonly phase: 'connecting' | 'open' | 'waiting' | 'refused';
  readonly closeCode: number | null;
}

export interface LiveUpdatesWiring {
  readonly url: string;
  readonly openSocket: (url: string) => WebSocket;
  /** Uniform in [0, 1), for the jitter of reconnects. */
  readonly random: () => number;
  readonly onConnection: (connection: Connection) => void;
  /** A new state; it is current at the time of the call. */
  readonly onState: (state: LiveState) => void;
  /** The server said that the last state is still the current one. */
  readonly onConfirmed: () => void;
}

/**
 * Keeps one state in step with `WS /live`: resumes after a cut, asks for what is missing after a gap, reconnects
 * with backoff, and treats silence as a cut.
 */
export class LiveUpdatesClient {
  private socket: WebSocket | null = null;
  private state: LiveState | null = null;
  private window: SnapshotWindow = '5m';
  private attempt = 0;
  private askAgain: ReturnType<typeof setTimeout> | null = null;
  private deadline: ReturnType<typeof setTimeout> | null = null;
  private retry: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly wiring: LiveUpdatesWiring) {}

  /** Connects, or reconnects at once when a reconnect is waiting. */
  connect(): void {
    if (this.socket !== null) return;
    this.clearTimers();
    this.wiring.onConnection({ phase: 'connecting', closeCode: null });
    const socket = this.wiring.openSocket(this.wiring.url);
    this.socket = socket;
    this.awaitMessage();
    socket.addEventListener('open', () => this.greet());
    socket.addEventListener('message', ({ data }) => this.receive(socket, data));
    socket.addEventListener('close', ({ code }) => this.lose(socket, code));
  }

  /** Closes and stays closed. */
  disconnect(): void {
    const { socket } = this;
    this.socket = null;
    this.clearTimers();
    socket?.close(1000);
  }

  /**
   * Asks for frames of another window; the next snapshot brings them. Each window has revisions of its own, so nothing
   * that comes before that snapshot can be applied.
   */
  subscribe(window: SnapshotWindow): void {
    this.window = window;
    this.state = null;
    this.send({ type: 'subscribe', window });
    this.expectAnswer();
  }

  private greet(): void {
    this.wiring.onConnection({ phase: 'open', closeCode: null });
    this.send({ type: 'subscribe', window: this.window });
    if (this.state === null) this.expectAnswer();
    else this.askForMissed();
  }

  private receive(socket: WebSocket, data: unknown): void {
    if (socket !== this.socket) return;
    this.awaitMessage();
    const message = parseLiveMessage(data);
    if (message === null) this.askOnce();
    else this.follow(message);
  }

  private follow(message: LiveMessage): void {
    switch (message.type) {
      case 'snapshot':
        if (message.frame.snapshot.window === this.window) this.keep(fromSnapshot(message));
        return;
      case 'update': {
        if (this.state === null) return;
        const outcome = applyUpdate(this.state, message);
        if (outcome.kind === 'applied') this.keep(outcome.state);
        else if (outcome.kind === 'gap') this.askOnce();
        return;
      }
      case 'heartbeat':
        if (this.isCurrent(message)) this.wiring.onConfirmed();
        else this.askOnce();
        return;
      case 'resync':
        // The server gives up on updates and sends a snapshot by itself.
        this.state = null;
        return this.expectAnswer();
      case 'hello':
        return;
    }
  }

  private keep(state: LiveState): void {
    this.state = state;
    this.attempt = 0;
    if (this.askAgain !== null) clearTimeout(this.askAgain);
    this.askAgain = null;
    this.wiring.onState(state);
  }

  private isCurrent({ epoch, revision }: { epoch: string; revision: number }): boolean {
    return this.state !== null && epoch === this.state.epoch && revision === this.state.revision;
  }

  /** One question is enough until it is answered or its time is over. */
  private askOnce(): void {
    if (this.askAgain === null) this.askForMissed();
  }

  private askForMissed(): void {
    if (this.state === null) {
      this.send({ type: 'subscribe', window: this.window });
    } else {
      const { epoch, revision } = this.state;
      this.send({ type: 'resume', epoch, revision });
    }
    this.expectAnswer();
  }

  private expectAnswer(): void {
    if (this.askAgain !== null) clearTimeout(this.askAgain);
    this.askAgain = setTimeout(() => this.askForMissed(), ASK_AGAIN_AFTER_MS);
  }

  private send(request: LiveRequest): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(request));
  }

  private awaitMessage(): void {
    if (this.deadline !== null) clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.abandon(), SILENCE_DEADLINE_MS);
  }

  /** A dead peer never answers the closing handshake, so the socket is let go before its close event. */
  private abandon(): void {
    const { socket } = this;
    if (socket === null) return;
    this.lose(socket, 1006);
    socket.close();
  }

  private lose(socket: WebSocket, closeCode: number): void {
    if (socket !== this.socket) return;
    this.socket = null;
    this.clearTimers();
    if (isFinalClose(closeCode)) {
      this.wiring.onConnection({ phase: 'refused', closeCode });
      return;
    }
    this.wiring.onConnection({ phase: 'waiting', closeCode });
    const delayMs = reconnectDelayMs(this.attempt++, this.wiring.random());
    this.retry = setTimeout(() => this.connect(), delayMs);
  }

  private clearTimers(): void {
    for (const timer of [this.askAgain, this.deadline, this.retry]) if (timer !== null) clearTimeout(timer);
    this.askAgain = this.deadline = this.retry = null;
  }
}
