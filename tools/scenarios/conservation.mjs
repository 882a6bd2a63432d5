/**
 * Sends a few million simulated lines in native formats, some torn, some late, some requests twice, and compares what the sender
 * counted with what the pipeline's ledger says: not one event more or less, anywhere.
 * `npm run conservation -- [--events 2000000] [--resend 0.05] [--seed 1] [--json]`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SCENARIOS = ['demo', 'campaign'];
const MINUTES = 15;
const DISORDER = 'shuffled=2s,delayed=0.05:30s,duplicated=0.01,malformed=0.01,skew=3s';
/** Without progress for this long the pipeline is stuck. */
const STUCK_MS = 60_000;

const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '2000000' },
    resend: { type: 'string', default: '0.05' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    tool: { type: 'string', default: join(root, 'bin', 'watchfloor') },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'watchfloor-conservation-'));
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const system = spawn(
  process.execPath,
  [options.tool, 'up', '--no-demo', '--port', String(port), '--folder', join(folder, 'run')],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end(130));
try {
  await untilRunning();
  const labels = join(folder, 'labels.ndjson');
  const sent = await simulate(labels);
  const ledger = await untilDrained();
  const torn = await countTorn(labels);
  const checks = compare(sent, ledger, torn);
  report(sent, checks);
  process.exitCode = checks.every(({ equal }) => equal) ? 0 : 1;
} finally {
  await end(process.exitCode ?? 1);
}

/** What must be equal, sender and ledger side by side. */
function compare(sent, { balanced, edge, aggregated, deadLettered, inFlight, stages }, torn) {
  const pair = (what, here, there) => ({ what, sender: here, ledger: there, equal: here === there });
  return [
    pair('sent = received + refused', sent.sent, edge.received + sent.refused),
    pair(
      'sent = accepted + duplicates + rejected + refused',
      sent.sent,
      sent.accepted + sent.duplicates + sent.rejected + sent.refused,
    ),
    pair('accepted', sent.accepted, edge.accepted),
    pair('duplicates', sent.duplicates, edge.duplicates),
    pair('rejected', sent.rejected, edge.rejected.total),
    pair(
      'accepted = aggregated + dead letters + in flight',
      edge.accepted,
      aggregated + deadLettered + inFlight,
    ),
    ...(sent.refused === 0 ? [pair('torn on purpose = dead letters', torn, deadLettered)] : []),
    ...stages.map(({ stage, in: into, out, deadLettered: dead }) =>
      pair(`${stage}: in = out + dead letters`, into, out + dead),
    ),
    pair('the ledger is balanced', true, balanced),
  ];
}

async function untilRunning() {
  for await (const line of createInterface({ input: system.stdout })) {
    if (line.includes('Watchfloor is running')) break;
  }
  if (system.exitCode !== null) throw new Error('the system ended before it ran');
  system.stdout.resume();
}

/** Runs the simulator as fast as it is taken; its figures. */
async function simulate(labels) {
  const rate = Math.ceil(Number(options.events) / (MINUTES * 60));
  const args = [
    '--rate',
    String(rate),
    '--duration',
    `${MINUTES}m`,
    '--speed',
    'max',
    '--seed',
    options.seed,
  ];
  const child = spawn(
    process.execPath,
    [
      options.tool,
      'simulate',
      ...SCENARIOS,
      ...args,
      '--disorder',
      DISORDER,
      '--resend',
      options.resend,
      '--labels',
      labels,
      '--target',
      url,
      '--json',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close');
  if (text === '') throw new Error(`the simulator ended with ${code}`);
  return JSON.parse(text.trimEnd().split('\n').at(-1));
}

/** The ledger once nothing is in flight. */
async function untilDrained() {
  let last = await ledger();
  let movedAt = Date.now();
  while (last.inFlight > 0) {
    await sleep(200);
    const next = await ledger();
    if (next.aggregated !== last.aggregated) movedAt = Date.now();
    if (Date.now() - movedAt > STUCK_MS) throw new Error(`${next.inFlight} events are stuck in flight`);
    last = next;
  }
  return last;
}

async function ledger() {
  const answer = await fetch(`${url}/api/v1/ledger`);
  if (!answer.ok) throw new Error(`the ledger answered ${answer.status}`);
  return answer.json();
}

/** Lines that were damaged on purpose, of which each is a dead letter and nothing else is. */
async function countTorn(labels) {
  let torn = 0;
  for await (const line of createInterface({ input: createReadStream(labels) }))
    if (line.includes('"malformed":true')) torn += 1;
  return torn;
}

function report(sent, checks) {
  const figures = { ...sent, score: undefined };
  if (options.json) return console.log(JSON.stringify({ figures, checks }));
  console.log(
    `${sent.sent} lines sent in ${sent.seconds} s, ${sent.retried} requests again without an answer`,
  );
  const width = Math.max(...checks.map(({ what }) => what.length));
  for (const { what, sender, ledger: there, equal } of checks)
    console.log(`${equal ? 'equal    ' : 'DIFFERENT'}  ${what.padEnd(width)}  ${sender}  ${there}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address();
  server.close();
  await once(server, 'close');
  return free;
}

/** Stops the system and removes its data. */
async function end(code) {
  if (system.exitCode === null) {
    const ended = once(system, 'exit');
    system.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}
