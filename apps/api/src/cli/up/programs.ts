import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { NodePart, type NodePartOptions, type OutputStream } from './node-part.lifecycle';

/** What all programs of one running system have in common. */
export interface Surroundings {
  /** Root of the workspace. */
  readonly root: string;
  /** Folder for the log of each part. */
  readonly logs: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets each line that a part prints. */
  readonly onLine: (part: string, line: string, stream: OutputStream) => void;
}

/** The api's own time limit for draining is 20 s; what takes longer hangs. */
const graceMs = 25_000;

/**
 * Edge and gateway have small heaps: collecting them on threads of their own takes more from the workers than it gives, where
 * there are no cores to spare. On two cores it is worth some 4 % of the events.
 */
function collectorOptions(roles: string, cores: number): readonly string[] {
  return cores <= 2 && !roles.includes('worker') ? ['--single-threaded-gc'] : [];
}

/** The api in some of its roles; `port` 0 lets the system choose one. */
export function apiPart(around: Surroundings, name: string, roles: string, port: number): NodePart {
  return new NodePart({
    ...shared(around, name),
    script: join(around.root, 'dist', 'apps', 'api', 'main.js'),
    args: [],
    nodeOptions: collectorOptions(roles, availableParallelism()),
    env: { ...around.env, ROLES: roles, PORT: String(port) },
  });
}

/** The names of so many worker processes. */
export function workerNames(workers: number): string[] {
  return Array.from({ length: workers }, (_, i) => (i === 0 ? 'worker' : `worker-${i + 1}`));
}

/** The simulator, which sends to `target` and, with `demo`, runs the demo scenario whenever nothing else runs. */
export function simulatorPart(around: Surroundings, target: string, demo: boolean): NodePart {
  return new NodePart({
    ...shared(around, 'simulator'),
    script: join(around.root, 'dist', 'apps', 'simulator', 'main.js'),
    args: ['serve'],
    env: { ...around.env, SIMULATOR_TARGET: target, SIMULATOR_DEMO: demo ? 'on' : 'off' },
  });
}

function shared(
  { logs, onLine }: Surroundings,
  name: string,
): Pick<NodePartOptions, 'name' | 'logFile' | 'graceMs' | 'onLine'> {
  return {
    name,
    logFile: join(logs, `${name}.log`),
    graceMs,
    onLine: (line, stream) => onLine(name, line, stream),
  };
}
