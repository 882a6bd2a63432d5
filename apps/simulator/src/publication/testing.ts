import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the receiver saw it. */
export interface ReceivedRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly key: string;
  readonly lines: readonly string[];
  readonly atMs: number;
}

/** What the receiver does with a request instead of accepting it. `store` counts it before the connection is cut. */
export type Misbehaviour =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'cut'; readonly store: boolean }
  | { readonly kind: 'silence' };

/** Decides what happens to the n-th request (from 0); undefined accepts it. */
export type Script = (index: number, request: ReceivedRequest) => Misbehaviour | undefined;

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

/**
 * A real HTTP server on loopback that keeps the contract of `POST /api/v1/logs/{dataset}`: the same key again gets the
 * same answer, marked as replayed, and its lines are duplicates. It keeps nothing else of an api.
 */
export class LogReceiver {
  readonly requests: ReceivedRequest[] = [];
  /** The requests that were stored, each key once, in order. */
  readonly stored = new Map<string, ReceivedRequest>();
  /** What was said of timelines, in order: path and state. */
  readonly announced: string[] = [];
  duplicates = 0;
  private readonly server = createServer((request, response) => void this.handle(request, response));

  private constructor(private readonly script: Script) {}

  static async start(script: Script = () => undefined): Promise<LogReceiver> {
    const receiver = new LogReceiver(script);
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): URL {
    const { port } = this.server.address() as AddressInfo;
    return new URL(`http://127.0.0.1:${port}`);
  }

  /** Every stored line, in the order in which the requests were stored. */
  get lines(): string[] {
    return [...this.stored.values()].flatMap(({ lines }) => lines);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'PUT') {
      const { state } = JSON.parse(await readBody(request)) as { state: string };
      this.announced.push(`${request.url} ${state}`);
      response.writeHead(204).end();
      return;
    }
    if (request.method !== 'POST') {
      response.writeHead(404).end();
      return;
    }
    const url = new URL(request.url ?? '/', 'http://receiver');
    const body = await readBody(request);
    const received: ReceivedRequest = {
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      key: String(request.headers['idempotency-key']),
      lines: body.replace(/\n$/, '').split('\n'),
      atMs: performance.now(),
    };
    const misbehaviour = this.script(this.requests.length, received);
    this.requests.push(received);
    if (misbehaviour === undefined) this.answer(received, response);
    else this.misbehave(misbehaviour, received, response);
  }

  private misbehave(misbehaviour: Misbehaviour, received: ReceivedRequest, response: ServerResponse): void {
    if (misbehaviour.kind === 'silence') return;
    if (misbehaviour.kind === 'cut') {
      if (misbehaviour.store) this.stored.set(received.key, received);
      response.socket?.destroy();
      return;
    }
    const { status, retryAfter } = misbehaviour;
    response
      .writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter })
      .end(JSON.stringify({ status, code: 'scripted', title: 'scripted', requestId: 'r' }));
  }

  private answer(received: ReceivedRequest, response: ServerResponse): void {
    const replayed = this.stored.has(received.key);
    if (replayed) this.duplicates += received.lines.length;
    else this.stored.set(received.key, received);
    response
      .writeHead(202, replayed ? { 'idempotency-replayed': 'true' } : {})
      .end(JSON.stringify({ accepted: received.lines.length, duplicates: 0, rejected: 0, errors: [] }));
  }
}
