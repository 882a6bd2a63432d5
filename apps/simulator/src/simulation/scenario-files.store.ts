import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { ScenarioPlan } from '../generation/scenario-plan';
import { findScenario, plan, SCENARIO_NAMES } from '../scenarios/library';
import { readYaml, ScenarioError } from '../scenarios/read-yaml';
import { ScenarioSchema, type ScenarioText } from '../scenarios/scenario';

/** The scenarios of the library and of the user's own files. */
@Injectable()
export class ScenarioFiles {
  /**
   * The plan of a scenario of the library, or of a file when the name ends in `.yaml` or `.yml`.
   * @throws ScenarioError when there is none, or it is not well written.
   */
  async plan(name: string): Promise<ScenarioPlan> {
    return plan(await this.read(name));
  }

  /** All scenarios of the library in the order of the documentation. */
  list(): ScenarioText[] {
    return SCENARIO_NAMES.flatMap((name) => findScenario(name) ?? []);
  }

  private async read(name: string): Promise<ScenarioText> {
    if (/\.ya?ml$/.test(name)) return readYaml(basename(name), await readFile(name, 'utf8'), ScenarioSchema);
    const scenario = findScenario(name);
    if (scenario === undefined)
      throw new ScenarioError(name, [`no such scenario; there are ${SCENARIO_NAMES.join(', ')}`]);
    return scenario;
  }
}
