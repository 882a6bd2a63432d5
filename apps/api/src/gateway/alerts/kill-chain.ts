/** Names of the phases of the kill chain `mitre-attack`, by tactic. © The MITRE Corporation, https://attack.mitre.org */
const PHASES: Readonly<Record<string, string>> = {
  TA0043: 'reconnaissance',
  TA0042: 'resource-development',
  TA0001: 'initial-access',
  TA0002: 'execution',
  TA0003: 'persistence',
  TA0004: 'privilege-escalation',
  TA0005: 'defense-evasion',
  TA0006: 'credential-access',
  TA0007: 'discovery',
  TA0008: 'lateral-movement',
  TA0009: 'collection',
  TA0011: 'command-and-control',
  TA0010: 'exfiltration',
  TA0040: 'impact',
};

/** Tactics of the techniques that the rules name, as ATT&CK has them; a sub-technique has those of its technique. */
const TACTICS: Readonly<Record<string, readonly string[]>> = {
  T1041: ['TA0010'],
  T1046: ['TA0007'],
  T1048: ['TA0010'],
  T1071: ['TA0011'],
  T1078: ['TA0001', 'TA0003', 'TA0004', 'TA0005'],
  T1110: ['TA0006'],
  T1190: ['TA0001'],
  T1498: ['TA0040'],
  T1499: ['TA0040'],
  T1505: ['TA0003'],
  T1571: ['TA0011'],
  T1584: ['TA0042'],
  T1589: ['TA0043'],
  T1595: ['TA0043'],
};

/** Tactics of a technique by its ATT&CK id; none for one that is not known here. */
export function tacticsOf(technique: string): readonly string[] {
  return TACTICS[technique.split('.')[0] ?? ''] ?? [];
}

/** `kill_chain_phases` of tactics (STIX 2.1, section 2.6); no such member where none of them is known. */
export function killChainPhases(tactics: readonly string[]): {
  readonly kill_chain_phases?: readonly { kill_chain_name: string; phase_name: string }[];
} {
  const names = [...new Set(tactics)].flatMap((tactic) => PHASES[tactic] ?? []);
  const phases = names.map((phase_name) => ({ kill_chain_name: 'mitre-attack', phase_name }));
  return phases.length === 0 ? {} : { kill_chain_phases: phases };
}
