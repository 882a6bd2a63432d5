import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type BeforeApplicationShutdown, Inject, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import {
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  WebSocketGateway,
} from '@nestjs/websockets';
import { type Frame, type LiveMessage, type LiveRequest, LiveRequestSchema } from '@watchfloor/contracts';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import type { RawData, WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../pipeline/clock';
import { CLOCK } from '../pipeline/stores.module';
import { TIMELINE_NAME } from '../pipeline/topology';
import { AlertFollower } from './alerts/alert-follower.lifecycle';
import type { ChangedAlerts, RecentAlerts } from './alerts/recent-alerts';
import { ChangeFollower } from './change-follower.lifecycle';
import { BAD_MESSAGES, LiveClient } from './live-client';
import { LiveFrames } from './live-frames';
import { isAllowedOrigin } from './origin';
import { GatewayFigures, PipelineMonitor } from './pipeline-monitor.lifecycle';
import { buildSnapshot } from './snapshot-builder';
import { isSnapshotWindow } from './snapshot-range';

const FRAME_MS = 200;
const HEARTBEAT_MS = 1_000;
/** Pings go out with every 15th heartbeat; a socket that answers none for this long is gone. */
const PING_EVERY = 15;
const GONE_AFTER_MS = 30_000;
const MAX_CLIENTS = 1_000;
const RECENT_ROWS = 50;

const requests = TypeCompiler.Compile(LiveRequestSchema);

/**
 * `WS /api/v1/live`: the same frames to every client, five a second, from committed state only. A client that reconnects
 * says what it has and gets what it missed, or a snapshot.
 */
@WebSocketGateway({ path: '/api/v1/live', maxPayload: 65_536, perMessageDeflate: false })
export class LiveUpdatesGateway
  implements
    OnGatewayInit,
    OnGatewayConnection,
    OnGatewayDisconnect,
    OnApplicationBootstrap,
    BeforeApplicationShutdown
{
  readonly #logger = new Logger(LiveUpdatesGateway.name);
  readonly #clients = new Map<WebSocket, LiveClient>();
  #views = new Map<string, LiveFrames>();
  /** What the frames of a view hold of its alerts: all changes up to one. */
  readonly #alertsIn = new WeakMap<LiveFrames, { readonly of: RecentAlerts; readonly change: number }>();
  #frames = 0;
  #beats = 0;
  #timers: NodeJS.Timeout[] = [];
  #busy = false;

  constructor(
    @Inject(ChangeFollower) private readonly follower: ChangeFollower,
    @Inject(AlertFollower) private readonly alerts: AlertFollower,
    @Inject(PipelineMonitor) private readonly monitor: PipelineMonitor,
    @Inject(GatewayFigures) private readonly figures: GatewayFigures,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  afterInit(server: WebSocketServer): void {
    server.options.verifyClient = ({ req }: { req: IncomingMessage }) => isAllowedOrigin(req.headers);
  }

  onApplicationBootstrap(): void {
    this.#timers = [
      setInterval(() => void this.#sendFrames(), FRAME_MS),
      setInterval(() => this.#beat(), HEARTBEAT_MS),
    ];
  }

  beforeApplicationShutdown(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const socket of this.#clients.keys()) socket.close(1012, 'restart');
  }

  handleConnection(socket: WebSocket): void {
    if (this.#clients.size >= MAX_CLIENTS) {
      socket.close(1013, 'full');
      return;
    }
    const client = new LiveClient(socket, this.clock());
    this.#clients.set(socket, client);
    this.figures.clients = this.#clients.size;
    socket.on('message', (text: RawData) => this.#hear(socket, client, text));
    socket.on('pong', () => (client.aliveAt = this.clock()));
    socket.on('error', () => socket.terminate());
    this.#say(client, {
      type: 'hello',
      ...this.#position(client),
      framesPerSecond: 1_000 / FRAME_MS,
      heartbeatMs: HEARTBEAT_MS,
    });
  }

  handleDisconnect(socket: WebSocket): void {
    this.#clients.delete(socket);
    this.figures.clients = this.#clients.size;
  }

  #hear(socket: WebSocket, client: LiveClient, text: RawData): void {
    client.aliveAt = this.clock();
    const request = client.mayTalk(client.aliveAt) ? parseRequest(text) : undefined;
    if (!request) {
      if (++client.badMessages >= BAD_MESSAGES) socket.close(1008, 'bad messages');
      else this.#say(client, { type: 'resync', ...this.#position(client), reason: 'message_not_understood' });
      return;
    }
    if (request.type === 'resume') this.#resume(client, request);
    else this.#subscribe(client, request);
  }

  #resume(client: LiveClient, { epoch, revision }: Extract<LiveRequest, { type: 'resume' }>): void {
    const missed = this.#views.get(client.view)?.since(epoch, revision);
    if (missed === undefined) {
      client.inStep = false;
      this.#say(client, { type: 'resync', ...this.#position(client), reason: 'not_kept' });
      return;
    }
    client.inStep = missed.every((text) => client.offer(text, this.clock()));
  }

  #subscribe(client: LiveClient, { timeline, window }: Extract<LiveRequest, { type: 'subscribe' }>): void {
    if (window !== undefined && isSnapshotWindow(window)) client.window = window;
    if (timeline !== undefined && TIMELINE_NAME.test(timeline)) client.timeline = timeline;
    client.inStep = false;
  }

  async #sendFrames(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const byView = new Map<string, LiveClient[]>();
      for (const client of this.#clients.values())
        byView.set(client.view, [...(byView.get(client.view) ?? []), client]);
      for (const view of this.#views.keys()) if (!byView.has(view)) this.#views.delete(view);
      for (const [view, clients] of byView) await this.#sendView(view, clients);
      this.#frames++;
    } catch (error) {
      this.#logger.warn(`A frame could not be made: ${String(error)}`);
    } finally {
      this.#busy = false;
    }
  }

  async #sendView(view: string, clients: readonly LiveClient[]): Promise<void> {
    const [first] = clients;
    if (!first) return;
    const { timeline, window } = first;
    const alerts = await this.alerts.open(timeline);
    const frame = await this.#frame({ timeline, window });
    if (!frame) return;
    const epoch = this.follower.epochOf(timeline);
    const known = this.#views.get(view);
    const changed = known && this.#changedIn(known, alerts);
    const frames = changed && known?.modelEpoch === epoch ? known : new LiveFrames(randomUUID(), epoch);
    if (frames !== known) {
      this.#views.set(view, frames);
      for (const client of clients) client.inStep = false;
    }
    // Frames that begin now begin with a snapshot: nothing from before waits to be told.
    const { alerts: told, upTo } =
      changed && frames === known ? changed : { alerts: [], upTo: alerts.change };
    this.#alertsIn.set(frames, { of: alerts, change: upTo });
    const update = frames.next({ ...frame, alerts: [...alerts.newest] }, told);
    const now = this.clock();
    for (const client of clients) {
      // It may have turned to another view while this frame was made.
      if (client.view !== view) continue;
      if (client.inStep) {
        if (!client.offer(update, now)) this.figures.skippedFrames++;
        continue;
      }
      const snapshot = frames.snapshot();
      client.inStep = snapshot !== undefined && client.offer(snapshot, now);
    }
  }

  /** What the next frame of a view tells of its alerts; undefined when changes were missed and the view has to begin again. */
  #changedIn(frames: LiveFrames, alerts: RecentAlerts): ChangedAlerts | undefined {
    const told = this.#alertsIn.get(frames);
    return told?.of === alerts ? alerts.changesAfter(told.change) : undefined;
  }

  async #frame({
    timeline: name,
    window,
  }: Pick<LiveClient, 'timeline' | 'window'>): Promise<Frame | undefined> {
    const { pipeline, sample } = this.monitor;
    if (!this.follower.ready || !this.alerts.ready || !pipeline || !sample) return undefined;
    const timeline = await this.follower.open(name);
    const at = this.clock();
    const { model, epoch } = this.follower;
    const { range, tally } = timeline.watch(window, at);
    const revision = this.#views.get(`${name}/${window}`)?.revision ?? 0;
    const context = { model, timeline, window, range, epoch, revision: revision + 1, wallClock: at };
    return {
      at,
      snapshot: buildSnapshot(tally, {}, context),
      pipeline,
      ledger: sample.reading.ledger,
      recent: timeline.rows.slice(0, RECENT_ROWS),
    };
  }

  #beat(): void {
    this.figures.framesPerSecond = this.#clients.size > 0 ? this.#frames : 0;
    this.#frames = 0;
    this.#beats++;
    const now = this.clock();
    for (const [socket, client] of this.#clients) {
      this.#say(client, { type: 'heartbeat', ...this.#position(client), at: now });
      if (this.#beats % PING_EVERY === 0) socket.ping();
      if (now - client.aliveAt > GONE_AFTER_MS) socket.terminate();
    }
  }

  #position(client: LiveClient): { epoch: string; revision: number } {
    const frames = this.#views.get(client.view);
    return { epoch: frames?.epoch ?? this.follower.epoch, revision: frames?.revision ?? 0 };
  }

  #say(client: LiveClient, message: LiveMessage): void {
    client.offer(JSON.stringify(message), this.clock());
  }
}

function parseRequest(text: RawData): LiveRequest | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    return requests.Check(value) ? value : undefined;
  } catch {
    // Not JSON: the caller counts it.
    return undefined;
  }
}
