import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Simulation } from '@watchfloor/contracts';
import request from 'supertest';
import { LogReceiver, type Script } from '../publication/testing';
import { startControlServer } from './control-server.lifecycle';

const eventually = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
  const until = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > until) throw new Error('the condition did not come true within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe('the control plane', () => {
  let folder: string;
  let receiver: LogReceiver;
  let app: NestFastifyApplication;

  const serve = async (demo = false): Promise<void> => {
    app = await startControlServer({
      controlPort: 0,
      target: receiver.url.href,
      allowedHosts: [],
      stateDir: folder,
      demo,
      logLevel: 'silent',
    });
  };
  const http = () => request(app.getHttpServer());
  const create = async (body: object): Promise<Simulation> => {
    const answer = await http().post('/simulations').send(body).expect(201);
    return answer.body as Simulation;
  };
  const simulationOf = async (id: string): Promise<Simulation> =>
    (await http().get(`/simulations/${id}`).expect(200)).body as Simulation;

  const start = async (script?: Script): Promise<void> => {
    folder = await mkdtemp(join(tmpdir(), 'control-'));
    receiver = await LogReceiver.start(script);
    await serve();
  };

  afterEach(async () => {
    await app.close();
    await receiver.stop();
    await rm(folder, { recursive: true });
  });

  it('runs a simulation to its end and says what became of its lines', async () => {
    await start();
    const { id } = await create({
      scenario: 'port-scan-horizontal',
      ratePerSecond: 200,
      durationSeconds: 5,
      speed: 20,
    });
    await eventually(async () => (await simulationOf(id)).state === 'finished');
    const { figures } = await simulationOf(id);
    expect(figures.accepted).toBe(receiver.lines.length);
    expect(figures.sent).toBeGreaterThan(800);
  });

  it('sends to the timeline that it is given', async () => {
    await start();
    const body = { scenario: 'port-scan-horizontal', ratePerSecond: 200, durationSeconds: 5, speed: 20 };
    const { id, timeline } = await create({ ...body, timeline: 'rehearsal-1' });
    await eventually(async () => (await simulationOf(id)).state === 'finished');
    expect(timeline).toBe('rehearsal-1');
    expect(new Set(receiver.requests.map(({ query }) => query['timeline']))).toEqual(
      new Set(['rehearsal-1']),
    );
    await http()
      .post('/simulations')
      .send({ ...body, timeline: 'Not a name' })
      .expect(400);
  });

  it('sends nothing while paused and goes on when told', async () => {
    await start();
    const { id } = await create({ scenario: 'port-scan-horizontal', ratePerSecond: 100 });
    await eventually(() => receiver.lines.length > 0);
    const paused = await http().patch(`/simulations/${id}`).send({ state: 'paused' }).expect(200);
    expect(paused.body).toMatchObject({ state: 'paused' });
    await eventually(async () => {
      const { figures } = await simulationOf(id);
      return figures.accepted === figures.sent;
    });
    const stood = (await simulationOf(id)).figures.sent;

    // Another one of the same rate is the clock: what it sends meanwhile, this one would have sent too.
    const other = await create({ scenario: 'port-scan-horizontal', ratePerSecond: 100 });
    await eventually(async () => (await simulationOf(other.id)).figures.accepted > 50);
    expect((await simulationOf(id)).figures.sent).toBe(stood);

    await http().patch(`/simulations/${id}`).send({ state: 'running' }).expect(200);
    await eventually(async () => (await simulationOf(id)).figures.sent > stood);
  });

  it('changes the rate while it runs', async () => {
    await start();
    const { id } = await create({ scenario: 'port-scan-horizontal', ratePerSecond: 1 });
    const changed = await http().patch(`/simulations/${id}`).send({ ratePerSecond: 2_000 }).expect(200);
    expect(changed.body).toMatchObject({ ratePerSecond: 2_000 });
    await eventually(() => receiver.lines.length > 1_000);
  });

  it('runs several at once and leaves nothing of one that is deleted', async () => {
    await start();
    const first = await create({ scenario: 'ssh-brute-force' });
    const second = await create({ scenario: 'port-scan-vertical' });
    expect((await http().get('/simulations')).body).toMatchObject({
      items: [{ id: first.id }, { id: second.id }],
    });
    await http().delete(`/simulations/${first.id}`).expect(204);
    await http().get(`/simulations/${first.id}`).expect(404);
    expect(await readdir(join(folder, 'simulations'))).toEqual([`${second.id}.json`]);
  });

  it('goes on after a restart from where it was, under new keys, with its figures', async () => {
    await start();
    const { id } = await create({
      scenario: 'port-scan-horizontal',
      ratePerSecond: 100,
      durationSeconds: 600,
      seed: 9,
    });
    await eventually(async () => (await simulationOf(id)).figures.accepted > 200);
    await app.close();
    const sent = receiver.lines.length;
    await serve();
    const resumed = await simulationOf(id);
    expect(resumed).toMatchObject({ id, state: 'running', seed: 9, durationSeconds: 600 });
    expect(resumed.positionSeconds).toBeGreaterThan(0);
    expect(resumed.figures.accepted).toBeGreaterThanOrEqual(sent);
    await eventually(async () => (await simulationOf(id)).figures.accepted > sent);
    await http().patch(`/simulations/${id}`).send({ state: 'paused' });
    await eventually(async () => (await simulationOf(id)).figures.accepted === receiver.lines.length);
    expect(receiver.duplicates).toBe(0);
    const { figures, positionSeconds } = await simulationOf(id);
    expect(figures.sent / positionSeconds / 100).toBeCloseTo(1, 0);
    expect(figures.sent / positionSeconds / 100).toBeLessThan(1.3);
  });

  it('keeps a paused simulation paused over a restart', async () => {
    await start();
    const { id } = await create({ scenario: 'ssh-brute-force' });
    await http().patch(`/simulations/${id}`).send({ state: 'paused' }).expect(200);
    await app.close();
    await serve();
    expect(await simulationOf(id)).toMatchObject({ state: 'paused' });
  });

  it('remembers a finished simulation over a restart and sends nothing more of it', async () => {
    await start();
    const body = { scenario: 'port-scan-horizontal', ratePerSecond: 100, durationSeconds: 5, speed: 50 };
    const { id } = await create(body);
    await eventually(async () => (await simulationOf(id)).state === 'finished');
    const finished = await simulationOf(id);
    await app.close();
    const requests = receiver.requests.length;
    await serve();
    await eventually(async () => (await simulationOf(id)).state === 'finished');
    expect(await simulationOf(id)).toEqual(finished);
    expect(receiver.requests).toHaveLength(requests);
  });

  it('starts the demo when nothing else runs, and only then', async () => {
    await start();
    await app.close();
    await serve(true);
    const { body } = await http().get('/simulations').expect(200);
    expect(body).toMatchObject({ items: [{ scenario: 'demo', state: 'running', durationSeconds: null }] });
    await app.close();
    await serve(true);
    expect((await http().get('/simulations')).body).toMatchObject({ items: [{ scenario: 'demo' }] });
    expect((await http().get('/simulations')).body.items).toHaveLength(1);
  });

  it('knows what was really done', async () => {
    await start();
    const { id } = await create({
      scenario: 'port-scan-vertical',
      durationSeconds: 20,
      ratePerSecond: 50,
      speed: 50,
    });
    await eventually(async () => (await simulationOf(id)).state === 'finished');
    const { body } = await http().get(`/simulations/${id}/truth`).expect(200);
    expect(body.items).toMatchObject([
      { attack: 'port-scan-vertical-1', phase: 'scanning', technique: 'T1046', sourcesComplete: true },
    ]);
    expect(body.items[0].sources).toHaveLength(1);
    expect(body.items[0].events).toBe((await simulationOf(id)).figures.sent);
  });

  it('lists the library with lessons and techniques', async () => {
    await start();
    const { body } = await http().get('/scenarios').expect(200);
    expect(body.items.length).toBeGreaterThanOrEqual(12);
    for (const { lesson, techniques, name } of body.items) {
      expect(lesson.length).toBeGreaterThan(100);
      if (name !== 'benign-background') expect(techniques.length).toBeGreaterThan(0);
    }
  });

  it.each([
    [{}, 400],
    [{ scenario: 'nothing' }, 422],
    [{ scenario: 'demo', ratePerSecond: -1 }, 400],
    [{ scenario: 'demo', other: 1 }, 400],
    [{ scenario: 'demo', speed: 10 }, 422],
    [[], 400],
  ])('refuses to create %j with %i as a problem', async (body, status) => {
    await start();
    const answer = await http().post('/simulations').send(body).expect(status);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status, code: expect.any(String), requestId: expect.any(String) });
    expect((await http().get('/simulations')).body.items).toEqual([]);
  });

  it('answers no other host than this machine', async () => {
    await start();
    await http().get('/simulations').set('host', 'example.org').expect(403);
  });

  it('answers 400 to text that is no JSON', async () => {
    await start();
    await http().post('/simulations').set('content-type', 'application/json').send('{').expect(400);
  });
});
