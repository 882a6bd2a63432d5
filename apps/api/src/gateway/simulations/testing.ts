import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { AttackTruth, Simulation, SimulationTruth } from '@watchfloor/contracts';

/** A simulation that runs; `over` replaces members. */
export function aSimulation(over: Partial<Simulation> = {}): Simulation {
  return {
    id: 's-0a1b2c3d4e5f',
    scenario: 'ssh-brute-force',
    state: 'running',
    ratePerSecond: 10,
    durationSeconds: 600,
    seed: 1,
    speed: 1,
    createdAt: '2026-01-05T10:00:00.000Z',
    positionSeconds: 60,
    figures: { sent: 0, accepted: 0, duplicates: 0, rejected: 0, refused: 0, requests: 0, retried: 0 },
    ...over,
  };
}

/** The truth of a simulation that began at 10:00:00 and has come a minute far. */
export function aSimulationTruth(items: AttackTruth[]): SimulationTruth {
  return {
    items,
    next: null,
    from: '2026-01-05T10:00:00.000Z',
    until: '2026-01-05T10:01:00.000Z',
    forgottenUntil: null,
  };
}

interface Reply {
  readonly status: number;
  readonly body?: object;
}

/** The end of a connection that speaks for a simulator: it answers as the test says and remembers what it was asked. */
export class ControlPlane {
  readonly asked: string[] = [];
  readonly bodies: unknown[] = [];
  readonly #replies = new Map<string, Reply>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ControlPlane> {
    const server = createServer();
    const plane = new ControlPlane(server);
    server.on('request', (request, response) => {
      void readText(request).then((text) => {
        const asked = `${request.method} ${request.url}`;
        plane.asked.push(asked);
        if (text !== '') plane.bodies.push(JSON.parse(text));
        const { status, body } = plane.#replies.get(asked) ?? { status: 404, body: { title: 'nothing' } };
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body === undefined ? '' : JSON.stringify(body));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return plane;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Sets the answer to a request such as `GET /simulations`. */
  answer(asked: string, status: number, body?: object): void {
    this.#replies.set(asked, body === undefined ? { status } : { status, body });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
