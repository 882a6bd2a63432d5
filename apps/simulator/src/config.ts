import { join } from 'node:path';
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

const port = (description: string, fallback: number) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: fallback, description });

/** Every environment variable that the simulator reads. `.env.example` lists the same. */
export const EnvironmentSchema = Type.Object({
  PORT: port('Port of the api; the default target is http://127.0.0.1:PORT.', 3000),
  SIMULATOR_PORT: port('Loopback port on which the simulator is controlled.', 3001),
  SIMULATOR_TARGET: Type.String({ default: '', description: 'Base URL of the api to send to.' }),
  SIMULATOR_ALLOW_HOSTS: Type.String({
    default: '',
    description: 'Comma list of hosts, beside loopback, that lines may be sent to.',
  }),
  SIMULATOR_STATE_DIR: Type.String({
    default: join('.watchfloor', 'simulator'),
    description: 'Where running simulations and replays remember where they are.',
  }),
  SIMULATOR_DEMO: Type.Union([Type.Literal('on'), Type.Literal('off')], {
    default: 'on',
    description: 'Whether `serve` starts the scenario demo when nothing else runs: on or off.',
  }),
  LOG_LEVEL: Type.Union(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info', description: 'fatal, error, warn, info, debug, trace or silent.' },
  ),
});

/** The configuration of the simulator, read once at start. */
export interface Config {
  readonly controlPort: number;
  readonly target: string;
  readonly allowedHosts: readonly string[];
  readonly stateDir: string;
  readonly demo: boolean;
  readonly logLevel: string;
}

/** Everything that is wrong with the environment, one line each. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`Configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** @throws ConfigError with all problems. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.keys(EnvironmentSchema.properties).flatMap((name) => {
      const text = environment[name];
      return text === undefined || text === '' ? [] : [[name, text]];
    }),
  );
  const value: unknown = Value.Convert(EnvironmentSchema, Value.Default(EnvironmentSchema, given));
  if (!Value.Check(EnvironmentSchema, value)) {
    const problems = [...Value.Errors(EnvironmentSchema, value)].map(({ path, schema }) => {
      const name = path.slice(1);
      return `${name}: ${String(schema.description ?? 'invalid')}`;
    });
    throw new ConfigError([...new Set(problems)]);
  }
  return configOf(value);
}

function configOf(environment: Static<typeof EnvironmentSchema>): Config {
  return Object.freeze({
    controlPort: environment.SIMULATOR_PORT,
    target: environment.SIMULATOR_TARGET || `http://127.0.0.1:${environment.PORT}`,
    allowedHosts: environment.SIMULATOR_ALLOW_HOSTS.split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
    stateDir: environment.SIMULATOR_STATE_DIR,
    demo: environment.SIMULATOR_DEMO === 'on',
    logLevel: environment.LOG_LEVEL,
  });
}

/** Injection token of the one `Config`. */
export const CONFIG = Symbol('config');

/** The environment of this process, read. */
export const configFromEnvironment = (): Config => readConfig(process.env);
