import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Alert, Frame, LiveMessage, LiveRequest, Timeline } from '@watchfloor/contracts';
import { WebSocketServer, type WebSocket } from 'ws';
import { frameAt } from './scene';
import { updateBetween } from './update-between';

/** What the server side of the dashboard's wire must send with each page. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

/** The server side of the wire, played from a script: frames are numbered, and sent when the test says so. */
export class ScriptedGateway {
  /** Every request that a client sent, oldest first. */
  readonly requests: LiveRequest[] = [];
  private readonly http = createServer((request, response) => this.answer(request, response));
  private readonly sockets = new WebSocketServer({ server: this.http, path: '/api/v1/live' });
  private readonly windows = new Map<WebSocket, string>();
  private revision = 0;
  private frame: Frame = frameAt(0);
  private frames: Frame[] = [this.frame];
  private ready = true;
  /** What requests for alerts answer, newest first. */
  stored: readonly Alert[] = [];

  constructor(
    private readonly folder: string | null = null,
    private epoch = 'scene',
  ) {
    this.sockets.on('connection', (socket) => this.welcome(socket));
  }

  /** Listens on `port` (0 = any free one) of the loopback interface; resolves with the origin. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.http.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.cut();
    this.sockets.close();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  /** Goes on to another frame and tells every client. */
  play(frame: Frame): void {
    const from = { revision: this.revision, frame: this.frame };
    this.skip(frame);
    this.broadcast(updateBetween(this.epoch, from, { revision: this.revision, frame }));
  }

  /** Goes on to another frame without telling anyone: the next update leaves a gap. */
  skip(frame: Frame): void {
    this.revision += 1;
    this.frame = frame;
    this.frames.push(frame);
  }

  /** Starts again as another process would: another epoch, revisions from 0. */
  restart(epoch: string): void {
    this.epoch = epoch;
    this.revision = 0;
    this.frames = [this.frame];
    this.cut();
  }

  heartbeat(): void {
    this.broadcast({ type: 'heartbeat', epoch: this.epoch, revision: this.revision, at: this.frame.at });
  }

  /** Sends everyone the present state. */
  snapshotToAll(): void {
    for (const socket of this.sockets.clients) this.sendSnapshot(socket);
  }

  /** Sends a text frame as it is. */
  say(text: string): void {
    for (const socket of this.sockets.clients) socket.send(text);
  }

  /** Cuts every connection without a closing handshake, or ends it with a code. */
  cut(code?: number): void {
    for (const socket of this.sockets.clients) {
      if (code === undefined) socket.terminate();
      else socket.close(code);
    }
  }

  setReady(ready: boolean): void {
    this.ready = ready;
  }

  private welcome(socket: WebSocket): void {
    this.send(socket, {
      type: 'hello',
      epoch: this.epoch,
      revision: this.revision,
      framesPerSecond: 5,
      heartbeatMs: 1_000,
    });
    socket.on('message', (text) => this.obey(socket, JSON.parse(String(text)) as LiveRequest));
  }

  private obey(socket: WebSocket, request: LiveRequest): void {
    this.requests.push(request);
    if (request.type === 'subscribe') this.windows.set(socket, request.window ?? '5m');
    const missed = request.type === 'resume' ? this.missedSince(request) : null;
    if (missed !== null) {
      for (const update of missed) this.send(socket, update);
      return;
    }
    if (request.type === 'resume') {
      this.send(socket, { type: 'resync', epoch: this.epoch, revision: this.revision, reason: 'not_kept' });
    }
    this.sendSnapshot(socket);
  }

  /** The updates after a revision of this epoch; null when it never was. */
  private missedSince({ epoch, revision }: { epoch: string; revision: number }): LiveMessage[] | null {
    if (epoch !== this.epoch || revision > this.revision) return null;
    return this.frames
      .slice(revision + 1)
      .map((frame, leg) =>
        updateBetween(
          epoch,
          { revision: revision + leg, frame: this.frames[revision + leg] ?? frame },
          { revision: revision + leg + 1, frame },
        ),
      );
  }

  private sendSnapshot(socket: WebSocket): void {
    const window = this.windows.get(socket) ?? '5m';
    this.send(socket, {
      type: 'snapshot',
      epoch: this.epoch,
      revision: this.revision,
      totals: { allEvents: this.frame.snapshot.totals.allEvents },
      frame: { ...this.frame, snapshot: { ...this.frame.snapshot, window } },
    });
  }

  private broadcast(message: LiveMessage): void {
    for (const socket of this.sockets.clients) this.send(socket, message);
  }

  private send(socket: WebSocket, message: LiveMessage): void {
    socket.send(JSON.stringify(message));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/api/v1/alerts')) {
      this.answerAlerts(pathname.slice('/api/v1/alerts'.length), searchParams, response);
      return;
    }
    if (pathname === '/health/ready') {
      response.writeHead(this.ready ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify(this.ready ? { status: 'ok' } : { error: { redis: { status: 'down' } } }));
      return;
    }
    if (pathname === '/api/v1/timeline') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(this.timeline()));
      return;
    }
    this.serveFile(pathname === '/' ? '/index.html' : pathname, response);
  }

  /** A page of alerts whose cursor is a number, or one alert. */
  private answerAlerts(path: string, query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get('cursor') ?? 0);
    const to = from + Number(query.get('limit') ?? 50);
    const one = this.stored.find(({ id }) => path === `/${id}`);
    const page = { items: this.stored.slice(from, to), next: to < this.stored.length ? String(to) : null };
    const answer = path === '' ? page : one;
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  }

  /** The seconds before the frame's minute, as busy as its busiest. */
  private timeline(): Timeline {
    const to = this.frame.at;
    const events = Math.max(0, ...this.frame.snapshot.rates.bySecond);
    const windows = Array.from({ length: 300 }, (_, second) => ({
      start: Math.floor(to / 1_000) * 1_000 - (300 - second) * 1_000,
      events: Math.round(events * (0.8 + 0.2 * Math.sin(second / 20))),
      late: 0,
      byCategory: {},
    }));
    return { timeline: 'live', step: '1s', from: to - 300_000, to, windows };
  }

  private serveFile(pathname: string, response: ServerResponse): void {
    const file = join(this.folder ?? '', normalize(pathname));
    if (this.folder === null || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  }
}
