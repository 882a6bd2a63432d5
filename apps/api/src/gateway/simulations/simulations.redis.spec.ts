import { Value } from '@sinclair/typebox/value';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import { type Problem, ProblemSchema, SimulationScoreSchema } from '@watchfloor/contracts';
import { freshPrefix, testRedisUrl } from '@watchfloor/redis/testing';
import { aTruth } from '@watchfloor/scoring/testing';
import { Module } from '@nestjs/common';
import request from 'supertest';
import { readConfig } from '../../config';
import { ConfigModule } from '../../config.module';
import { createHttpApplication } from '../../http/http-application.lifecycle';
import { AlertStore } from '../../pipeline/alerts/alert.store';
import { anAlertChange } from '../../pipeline/alerts/testing';
import { StoresModule } from '../../pipeline/stores.module';
import { RedisModule } from '../../redis.module';
import { GatewayModule } from '../gateway.module';
import { aSimulation, aSimulationTruth, ControlPlane } from './testing';

const simulation = aSimulation();
const path = `/simulations/${simulation.id}`;

let plane: ControlPlane;
let app: NestFastifyApplication;

beforeEach(async () => {
  plane = await ControlPlane.start();
  const config = readConfig({
    REDIS_URL: await testRedisUrl(),
    KEY_PREFIX: freshPrefix(),
    PARTITIONS: '2',
    ROLES: 'gateway',
    SIMULATOR_PORT: String(plane.port),
  });
  @Module({ imports: [ConfigModule.with(config), RedisModule, StoresModule, GatewayModule] })
  class TestRoot {}
  app = await createHttpApplication(TestRoot, { logger: ['fatal'] });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});
afterEach(async () => {
  await app.close();
  await plane.stop().catch(() => undefined);
});

const http = () => request(app.getHttpServer());
const api = (under: string): string => `/api/v1${under}`;

function expectProblem(answer: request.Response, expected: Partial<Problem>): void {
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.body).toMatchObject(expected);
  expect(Value.Check(ProblemSchema, answer.body)).toBe(true);
}

describe('simulations', () => {
  it('are started, changed, read and ended through the control plane', async () => {
    plane.answer('POST /simulations', 201, simulation);
    plane.answer(`PATCH ${path}`, 200, { ...simulation, state: 'paused' });
    plane.answer(`DELETE ${path}`, 204);
    plane.answer('GET /simulations', 200, { items: [simulation], next: null });
    plane.answer('GET /scenarios', 200, { items: [], next: null });
    const asked = { scenario: 'ssh-brute-force', ratePerSecond: 10, durationSeconds: 600, seed: 1, speed: 1 };
    expect((await http().post(api('/simulations')).send(asked).expect(201)).body).toEqual(simulation);
    expect((await http().patch(api(path)).send({ state: 'paused' }).expect(200)).body.state).toBe('paused');
    await http().delete(api(path)).expect(204);
    expect((await http().get(api('/simulations')).expect(200)).body.items).toEqual([simulation]);
    await http().get(api('/scenarios')).expect(200);
    expect(plane.bodies).toEqual([asked, { state: 'paused' }]);
  });

  it.each([
    [{}, 'scenario is the name of a scenario'],
    [{ scenario: 'demo', speed: 0 }, 'speed must not be less than 0.01'],
    [{ scenario: 'demo', target: 'http://elsewhere' }, 'a field is not known here'],
  ])('are refused before the simulator is asked: %j', async (body, detail) => {
    expectProblem(await http().post(api('/simulations')).send(body).expect(400), {
      code: 'invalid_field',
      detail,
    });
    expect(plane.asked).toEqual([]);
  });

  it('are refused as the simulator refuses them', async () => {
    plane.answer('POST /simulations', 422, { title: 'there is no such scenario' });
    plane.answer(`PATCH ${path}`, 409, { title: 'the simulation has finished' });
    expectProblem(await http().post(api('/simulations')).send({ scenario: 'none' }).expect(422), {
      code: 'invalid_simulation',
      detail: 'there is no such scenario',
    });
    expectProblem(await http().patch(api(path)).send({ ratePerSecond: 5 }).expect(409), {
      code: 'conflict',
      detail: 'the simulation has finished',
    });
    expectProblem(await http().get(api(path)).expect(404), { code: 'not_found' });
  });

  it('take no text for an id that could be another path', async () => {
    for (const id of ['..%2Fhealth%2Flive', 's-0a%3Fx', 'demo'])
      expectProblem(
        await http()
          .get(api(`/simulations/${id}`))
          .expect(404),
        { code: 'not_found' },
      );
    expect(plane.asked).toEqual([]);
  });

  it('are unavailable, and say when to ask again, while no simulator runs', async () => {
    await plane.stop();
    for (const under of ['/scenarios', '/simulations', path, `${path}/score`]) {
      const answer = await http().get(api(under)).expect(503);
      expectProblem(answer, { code: 'simulator_unavailable' });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
  });

  it('fail when the simulator answers in another form', async () => {
    plane.answer(`GET ${path}`, 200, { id: 7 });
    expectProblem(await http().get(api(path)).expect(500), { code: 'internal_error' });
  });
});

describe('the score of a simulation', () => {
  const other = aSimulation({ id: 's-ffffffffffff', scenario: 'port-scan-vertical', state: 'finished' });
  const times = { firstSeen: '2026-01-05T10:00:05.000Z', lastSeen: '2026-01-05T10:00:50.000Z' };
  const attack = aTruth({ ...times, sources: ['198.18.0.7'] });
  const raise = (over: Parameters<typeof anAlertChange>[1], timeline = 'live') =>
    app.get(AlertStore).apply(0, timeline, [anAlertChange('raised', over)], { now: Date.now() });

  beforeEach(() => {
    plane.answer(`GET ${path}`, 200, simulation);
    plane.answer('GET /simulations', 200, { items: [simulation, other], next: null });
    plane.answer(`GET ${path}/truth`, 200, aSimulationTruth([attack]));
    const elsewhere = aTruth({ ...times, attack: 'port-scan-vertical-1', sources: ['198.18.4.4'] });
    plane.answer(`GET /simulations/${other.id}/truth`, 200, aSimulationTruth([elsewhere]));
  });

  it('compares its truth with the alerts of the live timeline in its time', async () => {
    const seen = { firstSeen: '2026-01-05T10:00:10.000Z', lastSeen: '2026-01-05T10:00:20.000Z' };
    await raise({ id: 'fits', ...seen, source: ['198.18.0.7'], technique: ['T1110.001'] });
    await raise({ id: 'wrong', ...seen, source: ['198.18.77.1'], technique: ['T1110.001'] });
    await raise({ id: 'on-real-traffic', ...seen, source: ['192.0.2.1'], technique: ['T1110.001'] });
    await raise({ id: 'of-another', ...seen, source: ['198.18.4.4'], technique: ['T1110.001'] });
    await raise({ id: 'elsewhere', ...seen, source: ['198.18.5.5'], technique: ['T1110.001'] }, 'case-1');
    const { body } = await http()
      .get(api(`${path}/score`))
      .expect(200);
    expect([...Value.Errors(SimulationScoreSchema, body)]).toEqual([]);
    expect(body).toMatchObject({
      simulation: simulation.id,
      scenario: 'ssh-brute-force',
      attacks: 1,
      detected: 1,
      fitting: 1,
      false: 1,
      recall: 1,
      precision: 0.5,
      falseAlerts: [{ id: 'wrong' }],
    });
  });

  it('takes the alerts of the timeline that the simulation sends to', async () => {
    plane.answer(`GET ${path}`, 200, aSimulation({ timeline: 'case-1' }));
    const seen = { firstSeen: '2026-01-05T10:00:10.000Z', lastSeen: '2026-01-05T10:00:20.000Z' };
    await raise({ id: 'live', ...seen, source: ['198.18.9.9'] });
    await raise({ id: 'here', ...seen, source: ['198.18.0.7'] }, 'case-1');
    const { body } = await http()
      .get(api(`${path}/score`))
      .expect(200);
    expect(body).toMatchObject({ fitting: 1, false: 0, phases: [{ alerts: ['here'] }] });
  });

  it('calls an attack pending, not missed, while detection has not come so far', async () => {
    const { body } = await http()
      .get(api(`${path}/score`))
      .expect(200);
    expect(body).toMatchObject({ attacks: 1, detected: 0, missed: 0, pending: 1, recall: null });
  });

  it('is worked out once for all that ask within a second', async () => {
    const ask = () =>
      http()
        .get(api(`${path}/score`))
        .expect(200);
    await Promise.all([ask(), ask(), ask()]);
    await ask();
    expect(plane.asked.filter((asked) => asked === `GET ${path}/truth`)).toHaveLength(1);
  });
});
