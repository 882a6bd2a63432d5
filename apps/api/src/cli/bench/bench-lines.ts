import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Datasets that the benchmark sends, in turn. */
export const benchDatasets = ['openssh', 'zeek'] as const;

export type BenchDataset = (typeof benchDatasets)[number];

/** Stands for the moment of sending in a body, in the form that the dataset writes; both have a fixed width. */
const placeholders = { openssh: '@@@@@@@@@@@@@@@@@@@@@@@@', zeek: '@@@@@@@@@@@@@@' } as const;

/** Sources of the simulated network 198.18.0.0/15 that the lines name. */
const sources = 5_000;

const users = ['root', 'admin', 'deploy', 'postgres', 'git', 'ubuntu', 'oracle', 'test', 'www', 'backup'];
const services = ['ssl', 'http', 'dns', 'ssh', 'smtp', 'ntp'];
const states = ['SF', 'S0', 'REJ', 'RSTO', 'SH'];
const servicePorts = [443, 80, 53, 22, 25, 123];

/**
 * What the lines tell. `ordinary`: sign-ins and flows of thousands of sources that do what they always do, and one line in
 * ten of a few attackers. `attack`: nearly all sources attack at once, so that every one of them raises alerts.
 */
export const benchMixes = ['ordinary', 'attack'] as const;

export type BenchMix = (typeof benchMixes)[number];

/** One line in so many is of an attacker. */
const attackEvery = 10;

/** Sources that attack in the ordinary mix: the last ones. */
const attackers = 50;

/** A body of log lines that lacks only the moment of sending. */
export interface BenchBatch {
  readonly dataset: BenchDataset;
  readonly lines: number;
  readonly template: string;
}

/** What batches are made of. The same gives the same. */
export interface BenchLoad {
  readonly lines: number;
  readonly seed: number;
  readonly mix: BenchMix;
}

/** `count` batches of so many lines each, datasets in turn. */
export function generateBatches(count: number, { lines, seed, mix }: BenchLoad): BenchBatch[] {
  const below = numbersFrom(seed);
  return Array.from({ length: count }, (_, index) => {
    const dataset: BenchDataset = index % 2 === 0 ? 'openssh' : 'zeek';
    const template = Array.from({ length: lines }, () => lineOf(dataset, mix, below)).join('\n');
    return { dataset, lines, template };
  });
}

/** The body of a batch as it is sent at `now`, ms since the epoch: every line carries that time. */
export function bodyAt(batch: BenchBatch, now: number): string {
  const time = batch.dataset === 'openssh' ? new Date(now).toISOString() : (now / 1000).toFixed(3);
  return batch.template.replaceAll(placeholders[batch.dataset], time);
}

type Below = (bound: number) => number;

function lineOf(dataset: BenchDataset, mix: BenchMix, below: Below): string {
  if (mix === 'attack') return dataset === 'openssh' ? attackOnSsh(below(sources), below) : anyFlow(below);
  if (below(attackEvery) > 0) {
    const source = below(sources - attackers);
    return dataset === 'openssh' ? signIn(source, below) : knownFlow(source, below);
  }
  const attacker = sources - attackers + below(attackers);
  return dataset === 'openssh' ? attackOnSsh(attacker, below) : scan(attacker, below);
}

function sshLine(host: number, below: Below, message: string): string {
  return `${placeholders.openssh} gate-${host} sshd[${1_000 + below(60_000)}]: ${message}`;
}

function attackOnSsh(source: number, below: Below): string {
  const from = `from ${addressOf(source)} port ${1_024 + below(60_000)}`;
  const user = users[below(users.length)] ?? 'root';
  const kind = below(10);
  const host = below(8);
  if (kind < 6) return sshLine(host, below, `Failed password for ${user} ${from} ssh2`);
  if (kind < 8)
    return sshLine(host, below, `Failed password for invalid user ${user}${below(1_000)} ${from} ssh2`);
  if (kind < 9) return sshLine(host, below, `Invalid user ${user}${below(1_000)} ${from}`);
  return sshLine(host, below, accepted(user, from, below));
}

/** Somebody who comes to the same host under the same name every time. */
function signIn(source: number, below: Below): string {
  const user = users[source % users.length] ?? 'root';
  const ends = `${addressOf(source)} port ${1_024 + below(60_000)}`;
  const kind = below(3);
  if (kind === 0) return sshLine(source % 8, below, accepted(user, `from ${ends}`, below));
  if (kind === 1) return sshLine(source % 8, below, `Disconnected from user ${user} ${ends}`);
  return sshLine(source % 8, below, `Connection closed by ${ends}`);
}

function accepted(user: string, from: string, below: Below): string {
  return `Accepted publickey for ${user} ${from} ssh2: ED25519 SHA256:${token(below, 43)}`;
}

interface Flow {
  readonly source: number;
  readonly target: string;
  /** Index of service and port. */
  readonly service: number;
  readonly state: string;
}

/** A flow to one of the three servers that a source always uses. */
function knownFlow(source: number, below: Below): string {
  const service = below(3);
  const target = `10.20.${source % 4}.${1 + ((source * 7 + service) % 250)}`;
  return zeekLine({ source, target, service, state: 'SF' }, below);
}

function scan(source: number, below: Below): string {
  const target = `10.20.${below(4)}.${1 + below(250)}`;
  return zeekLine({ source, target, service: below(services.length), state: 'S0' }, below);
}

function anyFlow(below: Below): string {
  const target = `10.20.${below(4)}.${1 + below(250)}`;
  const state = states[below(states.length)] ?? 'SF';
  return zeekLine({ source: below(sources), target, service: below(services.length), state }, below);
}

function zeekLine({ source, target, service, state }: Flow, below: Below): string {
  const fields = [
    `"ts":${placeholders.zeek}`,
    `"uid":"C${token(below, 17)}"`,
    `"id.orig_h":"${addressOf(source)}"`,
    `"id.orig_p":${1_024 + below(60_000)}`,
    `"id.resp_h":"${target}"`,
    `"id.resp_p":${servicePorts[service]}`,
    `"proto":"${service === 2 || service === 5 ? 'udp' : 'tcp'}"`,
    `"service":"${services[service]}"`,
    `"duration":${(below(100_000) / 1000).toFixed(3)}`,
    `"orig_bytes":${below(50_000)}`,
    `"resp_bytes":${below(500_000)}`,
    `"conn_state":"${state}"`,
    `"missed_bytes":0`,
    `"orig_pkts":${1 + below(60)}`,
    `"resp_pkts":${below(400)}`,
  ];
  return `{${fields.join(',')}}`;
}

/** Spread over the whole /15 by a step that is prime to its size. */
function addressOf(source: number): string {
  const host = (source * 26_237) % 131_072;
  return `198.${18 + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function token(below: Below, length: number): string {
  let text = '';
  for (let index = 0; index < length; index += 1) text += letters[below(letters.length)];
  return text;
}

function numbersFrom(seed: number): Below {
  const generator = xoroshiro128plus(seed);
  return (bound) => (generator.next() >>> 0) % bound;
}
