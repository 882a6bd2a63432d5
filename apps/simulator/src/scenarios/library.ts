import type { ScenarioPlan } from '../generation/scenario-plan';
import anomalousNetwork from './anomalous-network.yaml';
import beaconing from './beaconing.yaml';
import benignBackground from './benign-background.yaml';
import botnetProbing from './botnet-probing.yaml';
import campaign from './campaign.yaml';
import credentialStuffing from './credential-stuffing.yaml';
import dataExfiltration from './data-exfiltration.yaml';
import demo from './demo.yaml';
import httpProbing from './http-probing.yaml';
import insiderMisuse from './insider-misuse.yaml';
import organisation from './organisation.yaml';
import passwordSpraying from './password-spraying.yaml';
import { planScenario, type ScenarioWorld } from './plan-scenario';
import portScanHorizontal from './port-scan-horizontal.yaml';
import portScanVertical from './port-scan-vertical.yaml';
import { readYaml } from './read-yaml';
import { OrganisationSchema, ScenarioSchema, type ScenarioText } from './scenario';
import sshBruteForce from './ssh-brute-force.yaml';
import sshSlowBruteForce from './ssh-slow-brute-force.yaml';
import volumetricFlood from './volumetric-flood.yaml';

const FILES: Readonly<Record<string, string>> = {
  demo,
  'benign-background': benignBackground,
  'ssh-brute-force': sshBruteForce,
  'ssh-slow-brute-force': sshSlowBruteForce,
  'password-spraying': passwordSpraying,
  'credential-stuffing': credentialStuffing,
  'botnet-probing': botnetProbing,
  'port-scan-vertical': portScanVertical,
  'port-scan-horizontal': portScanHorizontal,
  'http-probing': httpProbing,
  'volumetric-flood': volumetricFlood,
  beaconing,
  'data-exfiltration': dataExfiltration,
  'insider-misuse': insiderMisuse,
  'anomalous-network': anomalousNetwork,
  campaign,
};

/** The scenarios of the library in the order of the documentation. */
export const SCENARIO_NAMES: readonly string[] = Object.keys(FILES);

const read = new Map<string, ScenarioText>();

/** A scenario of the library as it is written; undefined when there is none of that name. */
export function findScenario(name: string): ScenarioText | undefined {
  const text = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (text === undefined) return undefined;
  const known = read.get(name);
  if (known !== undefined) return known;
  const scenario = readYaml(`${name}.yaml`, text, ScenarioSchema);
  read.set(name, scenario);
  return scenario;
}

const world: ScenarioWorld = {
  organisation: readYaml('organisation.yaml', organisation, OrganisationSchema),
  find: findScenario,
};

/**
 * Makes a scenario of the library, or one read from a user's file, ready to run in the shared organisation.
 * @throws ScenarioError when it names something that does not exist.
 */
export function plan(scenario: ScenarioText): ScenarioPlan {
  return planScenario(scenario, world);
}
