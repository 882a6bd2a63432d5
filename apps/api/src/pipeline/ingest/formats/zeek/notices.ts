/** How grave a notice is, and the ATT&CK technique that it shows where there is one. */
export interface NoticeMeaning {
  readonly severity: number;
  readonly technique?: string;
}

/** Notices that Zeek's own scripts raise (https://docs.zeek.org/en/master/zeek-noticeindex.html). */
const NOTICES: ReadonlyMap<string, NoticeMeaning> = new Map([
  ['CaptureLoss::Too_Much_Loss', { severity: 15 }],
  ['FTP::Bruteforcing', { severity: 75, technique: 'T1110' }],
  ['HTTP::SQL_Injection_Attacker', { severity: 80, technique: 'T1190' }],
  ['HTTP::SQL_Injection_Victim', { severity: 80, technique: 'T1190' }],
  ['Heartbleed::SSL_Heartbeat_Attack', { severity: 85, technique: 'T1190' }],
  ['Heartbleed::SSL_Heartbeat_Attack_Success', { severity: 95, technique: 'T1190' }],
  ['Intel::Notice', { severity: 80 }],
  ['SSH::Interesting_Hostname_Login', { severity: 60 }],
  ['SSH::Login_By_Password_Guesser', { severity: 95, technique: 'T1110' }],
  ['SSH::Password_Guessing', { severity: 75, technique: 'T1110' }],
  ['SSL::Certificate_Expired', { severity: 25 }],
  ['SSL::Certificate_Expires_Soon', { severity: 15 }],
  ['SSL::Invalid_Server_Cert', { severity: 30 }],
  ['Scan::Address_Scan', { severity: 60, technique: 'T1046' }],
  ['Scan::Port_Scan', { severity: 60, technique: 'T1046' }],
  ['Scan::Random_Scan', { severity: 60, technique: 'T1046' }],
  ['TeamCymruMalwareHashRegistry::Match', { severity: 90 }],
  ['Traceroute::Detected', { severity: 30 }],
  ['Weird::Activity', { severity: 25 }],
]);

const UNKNOWN: NoticeMeaning = { severity: 50 };

/** The meaning of a notice by its name; those of other scripts are of medium severity. */
export function meaningOfNotice(note: string): NoticeMeaning {
  return NOTICES.get(note) ?? UNKNOWN;
}
