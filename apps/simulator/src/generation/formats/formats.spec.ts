import { SCENARIO_NAMES } from '../../scenarios/library';
import type { NativeLine } from '../line-queue';
import { linesOf, requestFor } from '../testing';

const SYSLOG = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [a-z0-9]+\.example /;
const SSHD =
  /sshd\[\d+\]: (Invalid user \S+ from \S+ port \d+|pam_unix\(sshd:(auth|session)\): .+|Failed password for (invalid user )?\S+ from \S+ port \d+ ssh2|Accepted (password|publickey) for \S+ from \S+ port \d+ ssh2.*|(Connection closed by|Disconnected from) ((invalid|authenticating) )?user \S+ \S+ port \d+( \[preauth\])?|Received disconnect from \S+ port \d+:11: .+|error: maximum authentication attempts exceeded .+ \[preauth\]|Disconnecting .+: Too many authentication failures \[preauth\])$/;

const LINES = new Map<string, NativeLine[]>();
for (const name of SCENARIO_NAMES)
  for (const line of linesOf(requestFor(name, { linesPerSecond: 20, durationMs: 600_000 }))) {
    const lines = LINES.get(line.lane.dataset) ?? [];
    lines.push(line);
    LINES.set(line.lane.dataset, lines);
  }

const textsOf = (dataset: string): string[] => (LINES.get(dataset) ?? []).map(({ text }) => text);
const recordsOf = (dataset: string): Record<string, unknown>[] =>
  textsOf(dataset).map((text) => JSON.parse(text) as Record<string, unknown>);

describe('the native formats', () => {
  it.each(['openssh', 'linux.auth', 'nginx.access', 'suricata.eve', 'zeek', 'iptables', 'cowrie'])(
    'are all written by the library, without line breaks: %s',
    (dataset) => {
      expect(textsOf(dataset).length).toBeGreaterThan(100);
      expect(textsOf(dataset).filter((text) => /[\r\n]/.test(text))).toEqual([]);
    },
  );

  it('write sshd lines as sshd does', () => {
    expect(textsOf('openssh').filter((text) => !SYSLOG.test(text) || !SSHD.test(text))).toEqual([]);
  });

  it('write nginx lines in the combined format', () => {
    const combined =
      /^[\da-f.:]+ - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "[A-Z]+ \/\S* HTTP\/1\.1" \d{3} \d+ "[^"]+" "[^"]+"$/;
    expect(textsOf('nginx.access').filter((text) => !combined.test(text))).toEqual([]);
  });

  it('write kernel lines with both ends of the packet', () => {
    const packet =
      /kernel: \[ *\d+\.\d{6}\] \[UFW BLOCK\] .* SRC=[\da-f.:]+ DST=[\da-f.:]+ .* PROTO=TCP SPT=\d+ DPT=\d+ /;
    expect(textsOf('iptables').filter((text) => !SYSLOG.test(text) || !packet.test(text))).toEqual([]);
  });

  it('write authentication lines of sudo, su and useradd', () => {
    const program = /^\S+ +\d+ \S+ \S+ (sudo: |su\[\d+\]: |useradd\[\d+\]: )/;
    expect(textsOf('linux.auth').filter((text) => !program.test(text))).toEqual([]);
  });

  it('write Zeek records with a time of microseconds, an id and both ends', () => {
    expect(textsOf('zeek').filter((text) => !/"ts":\d{10}\.\d{6},/.test(text))).toEqual([]);
    const shown = recordsOf('zeek').map((record) => ({
      path: record['_path'],
      uid: /^C[A-Za-z\d]{17}$/.test(String(record['uid'])),
      ends: ['id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p'].every((field) => field in record),
    }));
    expect(shown.filter(({ uid, ends }) => !uid || !ends)).toEqual([]);
    expect(new Set(shown.map(({ path }) => path))).toEqual(new Set(['conn', 'ssh', 'http', 'dns']));
  });

  it('give one connection one id in all streams of Zeek', () => {
    const uids = recordsOf('zeek').filter(({ _path }) => _path === 'http' || _path === 'ssh');
    const connections = new Set(
      recordsOf('zeek')
        .filter(({ _path }) => _path === 'conn')
        .map(({ uid }) => uid),
    );
    expect(uids.length).toBeGreaterThan(10);
    expect(uids.slice(10, -10).filter(({ uid }) => !connections.has(uid))).toEqual([]);
  });

  it('write Suricata records of flows, requests and alerts', () => {
    const types = recordsOf('suricata.eve').map(({ event_type }) => event_type);
    expect(new Set(types)).toEqual(new Set(['flow', 'http', 'alert']));
    expect(
      textsOf('suricata.eve').filter((text) => !/"timestamp":"[\d-]{10}T[\d:.]{15}\+0000"/.test(text)),
    ).toEqual([]);
  });

  it('write whole sessions of the honeypot', () => {
    const sessions = new Map<unknown, string[]>();
    for (const { session, eventid } of recordsOf('cowrie'))
      sessions.set(session, [...(sessions.get(session) ?? []), String(eventid)]);
    const whole = [...sessions.values()].filter(
      (events) => events[0] === 'cowrie.session.connect' && events.at(-1) === 'cowrie.session.closed',
    );
    expect(whole.length).toBeGreaterThan(100);
    expect(whole.filter((events) => !events.some((event) => event.startsWith('cowrie.login.')))).toEqual([]);
  });

  it('mark every line by an address or the name of a host that nobody has', () => {
    const reserved = /\b198\.1[89]\.\d+\.\d+\b|\b2001:db8:|\b[a-z0-9]+\.example\b/;
    const all = [...LINES.values()].flat().map(({ text }) => text);
    expect(all.filter((text) => !reserved.test(text))).toEqual([]);
  });

  it('say in Zeek which end of a connection is in the own networks', () => {
    const ends = (path: string) =>
      new Set(
        recordsOf('zeek')
          .filter(({ service }) => service === path)
          .map(({ local_orig: from, local_resp: to }) => `${String(from)} ${String(to)}`),
      );
    expect(ends('ssl')).toEqual(new Set(['true false']));
    expect(ends('ssh')).toEqual(new Set(['true true']));
  });

  it('never say that something is simulated', () => {
    const all = [...LINES.values()].flat().map(({ text }) => text);
    expect(all.filter((text) => /simulat|synthetic|watchfloor/i.test(text))).toEqual([]);
  });
});
