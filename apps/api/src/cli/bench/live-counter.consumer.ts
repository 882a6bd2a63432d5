import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** Follows `totals.allEvents` of `WS /api/v1/live`, as any client sees it. */
export class LiveCounter {
  /** Events aggregated so far, as the last message said. */
  total = 0;
  private listener: (total: number, at: number) => void = () => undefined;
  private lost: Error | undefined;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data) => this.read(String(data)));
    socket.on(
      'close',
      (code) => (this.lost = new Error(`The gateway closed the live connection (${code}).`)),
    );
    socket.on('error', (error) => (this.lost = error));
  }

  /** @param gateway base URL of the gateway, `http://host:port` */
  static async open(gateway: string): Promise<LiveCounter> {
    const socket = new WebSocket(`${gateway.replace(/^http/, 'ws')}/api/v1/live`);
    const counter = new LiveCounter(socket);
    await once(socket, 'open');
    return counter;
  }

  /** `listener` gets every total with the moment of its arrival, ms, monotonic. */
  onTotal(listener: (total: number, at: number) => void): void {
    this.listener = listener;
  }

  /** Resolves when `isDone` holds after a message. Rejects after `timeoutMs`, or when the connection is lost. */
  async until(isDone: () => boolean, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!isDone()) {
      if (this.lost !== undefined) throw this.lost;
      if (performance.now() > deadline) {
        throw new Error(
          `The pipeline did not catch up within ${timeoutMs / 1000} s (${this.total} events counted).`,
        );
      }
      await delay(5);
    }
  }

  close(): void {
    this.socket.removeAllListeners();
    this.socket.on('error', () => undefined);
    this.socket.terminate();
  }

  private read(text: string): void {
    const at = performance.now();
    const { totals } = JSON.parse(text) as { totals?: { allEvents?: number } };
    if (totals?.allEvents === undefined) return;
    this.total = totals.allEvents;
    this.listener(this.total, at);
  }
}
