import type { Behaviour, BehaviourName } from '../behaviour';
import { credentialStuffing, passwordGuessing, passwordSpraying, sshSessions } from './logins';
import { administration, privilegeAbuse } from './privileges';
import { beacon, exfiltration, horizontalScan, nameLookups, synFlood, verticalScan } from './traffic';
import { browsing, httpExploits, httpFlood, httpProbing } from './web';

/** Every behaviour under the name that scenarios use. */
export const BEHAVIOUR_BY_NAME: Readonly<Record<BehaviourName, Behaviour>> = {
  'password-guessing': passwordGuessing,
  'password-spraying': passwordSpraying,
  'credential-stuffing': credentialStuffing,
  'ssh-sessions': sshSessions,
  browsing,
  'http-probing': httpProbing,
  'http-exploits': httpExploits,
  'http-flood': httpFlood,
  'vertical-scan': verticalScan,
  'horizontal-scan': horizontalScan,
  'syn-flood': synFlood,
  beacon,
  exfiltration,
  'name-lookups': nameLookups,
  administration,
  'privilege-abuse': privilegeAbuse,
};
