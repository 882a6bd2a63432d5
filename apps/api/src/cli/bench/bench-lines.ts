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

/** A body of log lines that lacks only the moment of sending. */
export interface BenchBatch {
  readonly dataset: BenchDataset;
  readonly lines: number;
  readonly template: string;
}

/** `count` batches of `lines` lines each, datasets in turn. The same seed gives the same batches. */
export function generateBatches(count: number, lines: number, seed: number): BenchBatch[] {
  const below = numbersFrom(seed);
  return Array.from({ length: count }, (_, index) => {
    const dataset: BenchDataset = index % 2 === 0 ? 'openssh' : 'zeek';
    const line = dataset === 'openssh' ? openSshLine : zeekLine;
    return { dataset, lines, template: Array.from({ length: lines }, () => line(below)).join('\n') };
  });
}

/** The body of a batch as it is sent at `now`, ms since the epoch: every line carries that time. */
export function bodyAt(batch: BenchBatch, now: number): string {
  const time = batch.dataset === 'openssh' ? new Date(now).toISOString() : (now / 1000).toFixed(3);
  return batch.template.replaceAll(placeholders[batch.dataset], time);
}

type Below = (bound: number) => number;

function openSshLine(below: Below): string {
  const envelope = `${placeholders.openssh} gate-${below(8)} sshd[${1_000 + below(60_000)}]:`;
  const from = `from ${sourceAddress(below)} port ${1_024 + below(60_000)}`;
  const user = users[below(users.length)] ?? 'root';
  const kind = below(10);
  if (kind < 6) return `${envelope} Failed password for ${user} ${from} ssh2`;
  if (kind < 8) return `${envelope} Failed password for invalid user ${user}${below(1_000)} ${from} ssh2`;
  if (kind < 9) return `${envelope} Invalid user ${user}${below(1_000)} ${from}`;
  return `${envelope} Accepted publickey for ${user} ${from} ssh2: ED25519 SHA256:${token(below, 43)}`;
}

function zeekLine(below: Below): string {
  const kind = below(services.length);
  const fields = [
    `"ts":${placeholders.zeek}`,
    `"uid":"C${token(below, 17)}"`,
    `"id.orig_h":"${sourceAddress(below)}"`,
    `"id.orig_p":${1_024 + below(60_000)}`,
    `"id.resp_h":"10.20.${below(4)}.${1 + below(250)}"`,
    `"id.resp_p":${servicePorts[kind]}`,
    `"proto":"${kind === 2 || kind === 5 ? 'udp' : 'tcp'}"`,
    `"service":"${services[kind]}"`,
    `"duration":${(below(100_000) / 1000).toFixed(3)}`,
    `"orig_bytes":${below(50_000)}`,
    `"resp_bytes":${below(500_000)}`,
    `"conn_state":"${states[below(states.length)]}"`,
    `"missed_bytes":0`,
    `"orig_pkts":${1 + below(60)}`,
    `"resp_pkts":${below(400)}`,
  ];
  return `{${fields.join(',')}}`;
}

/** Spread over the whole /15 by a step that is prime to its size. */
function sourceAddress(below: Below): string {
  const host = (below(sources) * 26_237) % 131_072;
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
