import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { SimulationSchema, SimulationTruthSchema } from '@watchfloor/contracts';
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { CONFIG, type Config } from '../config';

/** What a simulation needs to go on after a restart. */
export const SavedSimulationSchema = Type.Object({
  simulation: SimulationSchema,
  truth: SimulationTruthSchema,
  /** How often it was begun: part of its idempotency keys, so that no key is used for other bytes. */
  starts: Type.Integer({ minimum: 0 }),
});

export type SavedSimulation = Static<typeof SavedSimulationSchema>;

/** Keeps simulations over restarts, one JSON file each. */
@Injectable()
export class SimulationStates {
  private readonly logger = new Logger('SimulationStates');
  private readonly folder: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.folder = join(config.stateDir, 'simulations');
  }

  /** Every simulation that was saved; a file that cannot be read is left alone and said. */
  async load(): Promise<SavedSimulation[]> {
    await mkdir(this.folder, { recursive: true });
    const names = (await readdir(this.folder)).filter((name) => name.endsWith('.json'));
    const found = await Promise.all(names.sort().map((name) => this.read(name)));
    return found.filter((saved) => saved !== undefined);
  }

  async save(saved: SavedSimulation): Promise<void> {
    const path = this.path(saved.simulation.id);
    await writeFile(`${path}.new`, JSON.stringify(saved));
    await rename(`${path}.new`, path);
  }

  async forget(id: string): Promise<void> {
    await rm(this.path(id), { force: true });
  }

  private path(id: string): string {
    return join(this.folder, `${id}.json`);
  }

  private async read(name: string): Promise<SavedSimulation | undefined> {
    try {
      const value: unknown = JSON.parse(await readFile(join(this.folder, name), 'utf8'));
      if (Value.Check(SavedSimulationSchema, value)) return value;
    } catch (error) {
      this.logger.warn({ message: 'A saved simulation cannot be read', name, error: String(error) });
      return undefined;
    }
    this.logger.warn({ message: 'A saved simulation has another form', name });
    return undefined;
  }
}
