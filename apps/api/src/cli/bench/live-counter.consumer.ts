import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

const reconnectMs = 100;

/**
 * Follows `totals.allEvents` of `WS /api/v1/live`, as any client sees it. A connection that the gateway ends is opened again: the
 * totals are cumulative, so nothing is missed, and the time without them is part of the latency.
 */
export class LiveCounter {
  /** Events aggregated so far, as the last message said. */
  total = 0;
  /** How often the connection was lost. */
  losses = 0;
  private listener: (total: number, at: number) => void = () => undefined;
  private socket: WebSocket;
  private isClosed = false;

  private constructor(private readonly url: string) {
    this.socket = this.connect();
  }

  /** @param gateway base URL of the gateway, `http://host:port` */
  static async open(gateway: string): Promise<LiveCounter> {
    const counter = new LiveCounter(`${gateway.replace(/^http/, 'ws')}/api/v1/live`);
    await once(counter.socket, 'open');
    return counter;
  }

  /** `listener` gets every total with the moment of its arrival, ms, monotonic. */
  onTotal(listener: (total: number, at: number) => void): void {
    this.listener = listener;
  }

  /** Resolves when `isDone` holds after a message. Rejects after `timeoutMs`. */
  async until(isDone: () => boolean, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!isDone()) {
      if (performance.now() > deadline) {
        throw new Error(
          `The pipeline did not catch up within ${timeoutMs / 1000} s (${this.total} events counted).`,
        );
      }
      await delay(5);
    }
  }

  close(): void {
    this.isClosed = true;
    this.socket.terminate();
  }

  private connect(): WebSocket {
    const socket = new WebSocket(this.url);
    socket.on('message', (data) => this.read(String(data)));
    // Every failure ends in a close, where it is dealt with.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.isClosed) return;
      this.losses += 1;
      setTimeout(() => (this.socket = this.connect()), reconnectMs).unref();
    });
    return socket;
  }

  private read(text: string): void {
    const at = performance.now();
    const { totals } = JSON.parse(text) as { totals?: { allEvents?: number } };
    if (totals?.allEvents === undefined) return;
    this.total = totals.allEvents;
    this.listener(this.total, at);
  }
}
