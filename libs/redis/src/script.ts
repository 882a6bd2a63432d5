import { createHash } from 'node:crypto';
import type { RedisConnection } from './connection';

type Argument = string | number | Buffer;

/** A Lua script, called by its digest and sent in full when the server does not know it. Touches one slot. */
export class Script {
  readonly #digest: string;

  constructor(
    readonly name: string,
    readonly lua: string,
  ) {
    this.#digest = createHash('sha1').update(lua).digest('hex');
  }

  /** Runs it; strings of the reply are decoded as UTF-8. Rejects with the server's error. */
  async run(
    connection: RedisConnection,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<unknown> {
    try {
      return await connection.call('EVALSHA', this.#digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return connection.call('EVAL', this.lua, keys.length, ...keys, ...args);
    }
  }

  /** As `run`, with every string of the reply as a Buffer: for bodies. */
  async runBuffer(
    connection: RedisConnection,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<unknown> {
    try {
      return await connection.callBuffer('EVALSHA', this.#digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return connection.callBuffer('EVAL', this.lua, keys.length, ...keys, ...args);
    }
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
