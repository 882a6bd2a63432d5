import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { CONFIG, type Config } from '../config';

/** A run can be resumed for this long: the receiver keeps its keys for a day. */
const KEPT_MS = 86_400_000;

/** Which run is meant: the same id may be given to another log, or to another system. */
export interface ReplayIdentity {
  readonly run: string;
  readonly target: string;
  readonly firstLine: string;
}

const ReplayRunSchema = Type.Object({
  /** How far its lines were moved in time. */
  shiftUs: Type.Integer(),
  /** The options that its requests depend on. */
  options: Type.String(),
});

/** What must be the same when a replay is resumed, so that the same key carries the same bytes. */
export type ReplayRun = Static<typeof ReplayRunSchema>;

/** Remembers replays, one small file each. */
@Injectable()
export class ReplayRuns {
  private readonly folder: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.folder = join(config.stateDir, 'replays');
  }

  async find(run: ReplayIdentity): Promise<ReplayRun | undefined> {
    const text = await readFile(this.file(run), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const value: unknown = JSON.parse(text);
    return Value.Check(ReplayRunSchema, value) ? value : undefined;
  }

  async save(run: ReplayIdentity, replay: ReplayRun, nowMs: number): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await this.forgetOld(nowMs);
    const partial = `${this.file(run)}.${process.pid}`;
    await writeFile(partial, JSON.stringify(replay));
    await rename(partial, this.file(run));
  }

  private async forgetOld(nowMs: number): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      // Another process may have removed it in between: then there is nothing to forget.
      const facts = await stat(path).catch(() => undefined);
      if (facts !== undefined && nowMs - facts.mtimeMs > KEPT_MS) await unlink(path).catch(() => undefined);
    }
  }

  private file({ run, target, firstLine }: ReplayIdentity): string {
    const name = createHash('sha256')
      .update(JSON.stringify([run, target, firstLine]))
      .digest('hex');
    return join(this.folder, `${name}.json`);
  }
}
