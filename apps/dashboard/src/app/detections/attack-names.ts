/** Names of ATT&CK techniques and tactics that rules and scenarios use. © The MITRE Corporation, https://attack.mitre.org */
const NAMES: Readonly<Record<string, string>> = {
  TA0001: 'Initial Access',
  TA0002: 'Execution',
  TA0003: 'Persistence',
  TA0004: 'Privilege Escalation',
  TA0005: 'Defense Evasion',
  TA0006: 'Credential Access',
  TA0007: 'Discovery',
  TA0008: 'Lateral Movement',
  TA0009: 'Collection',
  TA0010: 'Exfiltration',
  TA0011: 'Command and Control',
  TA0040: 'Impact',
  TA0042: 'Resource Development',
  TA0043: 'Reconnaissance',
  T1041: 'Exfiltration Over C2 Channel',
  T1046: 'Network Service Discovery',
  T1048: 'Exfiltration Over Alternative Protocol',
  'T1048.002': 'Exfiltration Over Asymmetric Encrypted Non-C2 Protocol',
  'T1048.003': 'Exfiltration Over Unencrypted Non-C2 Protocol',
  T1071: 'Application Layer Protocol',
  'T1071.001': 'Web Protocols',
  'T1071.004': 'DNS',
  T1078: 'Valid Accounts',
  T1110: 'Brute Force',
  'T1110.001': 'Password Guessing',
  'T1110.003': 'Password Spraying',
  'T1110.004': 'Credential Stuffing',
  T1190: 'Exploit Public-Facing Application',
  T1498: 'Network Denial of Service',
  'T1498.001': 'Direct Network Flood',
  T1499: 'Endpoint Denial of Service',
  'T1499.002': 'Service Exhaustion Flood',
  T1505: 'Server Software Component',
  'T1505.003': 'Web Shell',
  'T1548.003': 'Sudo and Sudo Caching',
  T1571: 'Non-Standard Port',
  'T1584.005': 'Botnet',
  T1589: 'Gather Victim Identity Information',
  T1595: 'Active Scanning',
  'T1595.001': 'Scanning IP Blocks',
  'T1595.002': 'Vulnerability Scanning',
  'T1595.003': 'Wordlist Scanning',
};

/** The name of a technique or tactic; empty when it is not one of the known. */
export function attackName(id: string): string {
  return NAMES[id] ?? '';
}

/** Its page: `https://attack.mitre.org/techniques/T1110/001/`. */
export function attackPage(id: string): string {
  const kind = id.startsWith('TA') ? 'tactics' : 'techniques';
  return `https://attack.mitre.org/${kind}/${id.replace('.', '/')}/`;
}
