import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { readConfig } from '../../../config';
import { DetectionMeter } from './detection-meter';
import { DetectionThread, type DetectionThreadSettings } from './detection-thread.lifecycle';

jest.setTimeout(30_000);

/** A thread that says which one it is in place of its rules, ten times a second, until it is told to stop. */
const RUNS = `
const { existsSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { parentPort, threadId, workerData } = require('node:worker_threads');
const note = (name) => join(workerData.cacheDir, name);
const tell = () => parentPort.postMessage({ busyMs: 1, events: 1_000, standing: { rules: threadId } });
/** Whether nothing was noted under this name so far. */
const isFirst = (name) => !existsSync(note(name)) && (writeFileSync(note(name), ''), true);
setInterval(tell, 100);
tell();
parentPort.once('message', () => { writeFileSync(note('stopped'), ''); process.exit(0); });
`;

let folder: string;
let meter: DetectionMeter;
let thread: DetectionThread;

beforeEach(() => {
  Logger.overrideLogger(false);
  folder = mkdtempSync(join(tmpdir(), 'watchfloor-thread-'));
  meter = new DetectionMeter();
});
afterEach(async () => {
  await thread.stop();
  rmSync(folder, { recursive: true, force: true });
});

function threadOf(code: string, over: Partial<DetectionThreadSettings> = {}): DetectionThread {
  const script = join(folder, 'script.js');
  writeFileSync(script, code);
  const config = { ...readConfig({}), cacheDir: folder };
  thread = new DetectionThread({ isOn: true, script, config, meter, ...over });
  return thread;
}

/** The thread that runs, by its own word; undefined when none does. */
const running = (): number | undefined => meter.rotate(1_000)?.rules;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(20);
}

/** Resolves when another thread than this one runs, with how long none did, in ms. */
async function untilReplaced(first: number | undefined): Promise<number> {
  expect(first).toBeDefined();
  await until(() => running() === undefined);
  const goneAt = performance.now();
  await until(() => running() !== undefined);
  expect(running()).not.toBe(first);
  return performance.now() - goneAt;
}

describe('the thread of detection', () => {
  it('has started when it says so, and what it measures is reported', async () => {
    await threadOf(RUNS).onApplicationBootstrap();
    expect(meter.rotate(1_000)).toMatchObject({ evaluatedPerSecond: 1_000, microsecondsPerEvent: 1 });
  });

  it('keeps the process from starting when it cannot start, and says why', async () => {
    const start = threadOf(`throw new Error('the rules have mistakes');`).onApplicationBootstrap();
    await expect(start).rejects.toThrow('the rules have mistakes');
  });

  it('keeps the process from starting when it ends before it has started', async () => {
    await expect(threadOf('process.exit(0)').onApplicationBootstrap()).rejects.toThrow(
      /before it had started/,
    );
  });

  it('keeps the process from starting when it was not built', async () => {
    const start = threadOf('', { script: join(folder, 'other.js') }).onApplicationBootstrap();
    await expect(start).rejects.toThrow(/other\.js is missing/);
  });

  it('is not started where detection is off', async () => {
    await threadOf('throw new Error()', { isOn: false }).onApplicationBootstrap();
    await thread.stop();
    expect(running()).toBeUndefined();
  });

  it('has ended as it wanted to when the stop resolves', async () => {
    await threadOf(RUNS).onApplicationBootstrap();
    await thread.stop();
    expect(existsSync(join(folder, 'stopped'))).toBe(true);
    expect(running()).toBeUndefined();
  });

  it('ends where it is when it is terminated during its stop', async () => {
    await threadOf(`${RUNS} parentPort.removeAllListeners('message');`).onApplicationBootstrap();
    const stopped = thread.stop();
    await thread.terminate();
    await stopped;
    expect(running()).toBeUndefined();
  });
});

describe('a thread of detection that dies', () => {
  it('is replaced, after a second at the earliest', async () => {
    await threadOf(RUNS).onApplicationBootstrap();
    const first = running();
    await thread.terminate();
    expect(await untilReplaced(first)).toBeGreaterThan(900);
  });

  it('is replaced again when its successor does not even start', async () => {
    const code = `if (isFirst('first')) tell(); else if (isFirst('second')) throw new Error('no start');`;
    await threadOf(RUNS.replace(/\ntell\(\);\n/, `\n${code} else tell();\n`)).onApplicationBootstrap();
    const first = running();
    await thread.terminate();
    expect(await untilReplaced(first)).toBeGreaterThan(1_900);
  });

  it('is replaced when it throws what nobody catches', async () => {
    const throws = `if (isFirst('first')) setTimeout(() => { throw new Error('a fault'); }, 200);`;
    await threadOf(`${RUNS} ${throws}`).onApplicationBootstrap();
    await untilReplaced(running());
  });

  it('is replaced when it hangs', async () => {
    const watch = { everyMs: 200, missing: 5 };
    const hangs = `if (isFirst('first')) setTimeout(() => { for (;;); }, 200);`;
    await threadOf(`${RUNS} ${hangs}`, { watch }).onApplicationBootstrap();
    await untilReplaced(running());
  });
});
