import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { Static, TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import {
  ScenarioSummarySchema,
  type Simulation,
  SimulationSchema,
  type SimulationTruth,
  SimulationTruthSchema,
} from '@watchfloor/contracts';
import { Type } from '@sinclair/typebox';
import { Pool } from 'undici';
import type { ProblemCode } from '../../http/problem-catalogue';
import { RequestProblem } from '../../http/problem';

const TIMEOUT_MS = 5_000;
const CONNECTIONS = 4;
/** A simulator that died is started again within this time. */
const RETRY_AFTER_S = 2;

const listOf = <Schema extends TSchema>(items: Schema) =>
  Type.Object({ items: Type.Array(items), next: Type.Null() });

export const ScenarioListSchema = listOf(ScenarioSummarySchema);
export const SimulationListSchema = listOf(SimulationSchema);

export type ScenarioList = Static<typeof ScenarioListSchema>;
export type SimulationList = Static<typeof SimulationListSchema>;

/** What the simulator's refusals are here; any other status is a fault. */
const REFUSALS: Readonly<Record<number, ProblemCode>> = {
  400: 'invalid_field',
  404: 'not_found',
  409: 'conflict',
  422: 'invalid_simulation',
};

interface Order {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

/**
 * The control plane of the simulator, over loopback. Every call throws a RequestProblem: `simulator_unavailable` when no
 * simulator answers, otherwise what it says of the request.
 */
export class SimulatorControl implements BeforeApplicationShutdown {
  readonly #pool: Pool;

  constructor(port: number) {
    this.#pool = new Pool(`http://127.0.0.1:${port}`, {
      connections: CONNECTIONS,
      connect: { timeout: TIMEOUT_MS },
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#pool.destroy();
  }

  scenarios(): Promise<ScenarioList> {
    return this.#ask({ method: 'GET', path: '/scenarios' }, ScenarioListSchema);
  }

  list(): Promise<SimulationList> {
    return this.#ask({ method: 'GET', path: '/simulations' }, SimulationListSchema);
  }

  describe(id: string): Promise<Simulation> {
    return this.#ask({ method: 'GET', path: pathOf(id) }, SimulationSchema);
  }

  truth(id: string): Promise<SimulationTruth> {
    return this.#ask({ method: 'GET', path: `${pathOf(id)}/truth` }, SimulationTruthSchema);
  }

  create(body: object): Promise<Simulation> {
    return this.#ask({ method: 'POST', path: '/simulations', body }, SimulationSchema);
  }

  change(id: string, body: object): Promise<Simulation> {
    return this.#ask({ method: 'PATCH', path: pathOf(id), body }, SimulationSchema);
  }

  async remove(id: string): Promise<void> {
    await this.#send({ method: 'DELETE', path: pathOf(id) });
  }

  async #ask<Schema extends TSchema>(order: Order, schema: Schema): Promise<Static<Schema>> {
    const value: unknown = JSON.parse(await this.#send(order));
    if (Value.Check(schema, value)) return value;
    throw new Error(`The simulator answers ${order.method} ${order.path} in another form`);
  }

  async #send(order: Order): Promise<string> {
    const { status, text } = await this.#exchange(order);
    if (status < 300) return text;
    const code = REFUSALS[status];
    if (code === undefined)
      throw new Error(`The simulator answers ${order.method} ${order.path} with ${status}`);
    // What it says of a body may name a field of the sender's; the other refusals are its own words.
    throw new RequestProblem(code, status === 409 || status === 422 ? { detail: titleIn(text) } : {});
  }

  async #exchange({ method, path, body }: Order): Promise<{ status: number; text: string }> {
    try {
      const answer = await this.#pool.request({
        method,
        path,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (cause) {
      throw new RequestProblem('simulator_unavailable', { retryAfterS: RETRY_AFTER_S }, { cause });
    }
  }
}

/** Ids as the simulator gives them; any other text is no simulation, and no path either. */
function pathOf(id: string): string {
  if (!/^s-[0-9a-f]{1,32}$/.test(id)) throw new RequestProblem('not_found');
  return `/simulations/${id}`;
}

function titleIn(text: string): string {
  const problem: unknown = JSON.parse(text);
  const title =
    typeof problem === 'object' && problem !== null && 'title' in problem ? problem.title : undefined;
  return typeof title === 'string' ? title : 'the simulator refuses it';
}
