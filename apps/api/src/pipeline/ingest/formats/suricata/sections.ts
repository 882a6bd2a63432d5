import { TEXT_LIMITS, type NormalisedEvent } from '@watchfloor/contracts';
import { addLabel } from '../../../event-labels';
import { addTechniques } from '../attack-fields';
import { answeredIps, outcomeOfRcode } from '../dns-fields';
import { authority, httpVersion, outcomeOfStatus, severityOfStatus, urlOfTarget } from '../web/http-fields';
import { countOf, ipOf, recordOf, textOf, textsOf, type JsonRecord } from '../json-record';
import { tlsGroup } from '../tls-fields';

/** One object of a record: alerts carry those of their protocol and flow as well. */
interface Section {
  readonly name: string;
  add(event: NormalisedEvent, section: JsonRecord, recordType: string): void;
}

/**
 * `alert.severity` is 1 (most severe) to 255 (the priority of the rule's class in `classification.config`);
 * 1-4 are in use, what lies beyond keeps its order below them.
 */
const SEVERITY_OF_PRIORITY: readonly number[] = [95, 80, 60, 40, 20];

export function severityOfPriority(priority: number): number {
  return SEVERITY_OF_PRIORITY[priority] ?? Math.max(0, 24 - priority);
}

const addAlert: Section['add'] = (event, alert) => {
  const priority = countOf(alert['severity']);
  if (priority !== undefined) event.event.severity = severityOfPriority(priority);
  if (alert['action'] === 'blocked') {
    event.event.action = 'network-alert-blocked';
    event.event.type = ['denied'];
  } else if (alert['action'] === 'allowed') event.event.type = ['allowed'];
  const rule: NonNullable<NormalisedEvent['rule']> = {};
  const id = textOf(alert['signature_id']);
  const name = textOf(alert['signature']);
  const category = textOf(alert['category']);
  const version = textOf(alert['rev']);
  if (id !== undefined) rule.id = id;
  if (name !== undefined) rule.name = name;
  if (category !== undefined) rule.category = category;
  if (version !== undefined) rule.version = version;
  event.rule = rule;
  const metadata = recordOf(alert['metadata']);
  if (metadata?.['mitre_technique_id'] !== undefined || metadata?.['mitre_tactic_id'] !== undefined)
    addTechniques(event, textsOf(metadata['mitre_tactic_id']), textsOf(metadata['mitre_technique_id']));
};

const addFlow: Section['add'] = (event, flow, recordType) => {
  const toServer = countOf(flow['bytes_toserver']);
  const toClient = countOf(flow['bytes_toclient']);
  if (event.network && toServer !== undefined && toClient !== undefined)
    event.network.bytes = toServer + toClient;
  const packetsOut = countOf(flow['pkts_toserver']);
  const packetsBack = countOf(flow['pkts_toclient']);
  if (event.network && packetsOut !== undefined && packetsBack !== undefined)
    event.network.packets = packetsOut + packetsBack;
  if (recordType !== 'flow') return;
  if (event.source && toServer !== undefined) event.source.bytes = toServer;
  if (event.destination && toClient !== undefined) event.destination.bytes = toClient;
  addSpan(event, flow);
  const reason = textOf(flow['reason']);
  if (reason !== undefined) event.event.reason = reason;
  if (flow['action'] === 'drop') event.event.type = ['connection', 'denied'];
};

const addNetflow: Section['add'] = (event, netflow) => {
  const bytes = countOf(netflow['bytes']);
  const packets = countOf(netflow['pkts']);
  if (event.network && bytes !== undefined) event.network.bytes = bytes;
  if (event.network && packets !== undefined) event.network.packets = packets;
  addSpan(event, netflow);
};

function addSpan(event: NormalisedEvent, flow: JsonRecord): void {
  const start = textOf(flow['start'], 64);
  const end = textOf(flow['end'], 64);
  const age = countOf(flow['age']);
  if (start !== undefined) event.event.start = start;
  if (end !== undefined) event.event.end = end;
  if (age !== undefined && age < 1e6) event.event.duration = age * 1e9;
}

const addHttp: Section['add'] = (event, http, recordType) => {
  const method = textOf(http['http_method']);
  const target = textOf(http['url'], TEXT_LIMITS.path);
  const hostname = textOf(http['hostname']);
  const agent = textOf(http['http_user_agent'], TEXT_LIMITS.path);
  if (target !== undefined) event.url = urlOfTarget(target, method);
  if (hostname !== undefined) event.url = { ...authority(hostname), ...event.url };
  if (agent !== undefined) event.user_agent = { original: agent };
  event.http = httpGroup(http, method);
  const status = event.http.response?.status_code;
  if (recordType !== 'http' || status === undefined) return;
  event.event.outcome = outcomeOfStatus(status);
  event.event.severity = severityOfStatus(status);
};

function httpGroup(http: JsonRecord, method: string | undefined): NonNullable<NormalisedEvent['http']> {
  const group: NonNullable<NormalisedEvent['http']> = {};
  const referrer = textOf(http['http_refer'], TEXT_LIMITS.path);
  const status = statusOf(http['status']);
  const bytes = countOf(http['length']);
  const mime = textOf(http['http_content_type']);
  const protocol = textOf(http['protocol']);
  if (protocol !== undefined) group.version = httpVersion(protocol);
  if (method !== undefined || referrer !== undefined) group.request = {};
  if (group.request && method !== undefined) group.request.method = method;
  if (group.request && referrer !== undefined) group.request.referrer = referrer;
  if (status === undefined && bytes === undefined && mime === undefined) return group;
  group.response = {};
  if (status !== undefined) group.response.status_code = status;
  if (mime !== undefined) group.response.mime_type = mime;
  if (bytes !== undefined) group.response.body = { bytes };
  return group;
}

function statusOf(value: unknown): number | undefined {
  const status = countOf(typeof value === 'string' ? Number(value) : value);
  return status !== undefined && status <= 999 ? status : undefined;
}

/**
 * Three shapes: version 1 has one name or one answer in the section itself, version 2 adds `answers` and `grouped`, version 3
 * puts the names in `queries`; alerts nest `query` and `answer`.
 */
const addDns: Section['add'] = (event, dns, recordType) => {
  const inner = firstRecord(dns['answer']) ?? firstRecord(dns['query']) ?? dns;
  const question = firstRecord(dns['queries']) ?? inner;
  const kind = textOf(dns['type']) ?? textOf(inner['type']);
  const answer = kind === 'answer' || kind === 'response';
  const group: NonNullable<NormalisedEvent['dns']> = {};
  const id = textOf(dns['id']) ?? textOf(inner['id']);
  const name = textOf(question['rrname']) ?? textOf(dns['rrname']);
  const type = textOf(question['rrtype']) ?? textOf(dns['rrtype']);
  const rcode = textOf(dns['rcode']) ?? textOf(inner['rcode']);
  const resolved = answeredIps([dns['answers'], inner['answers'], dns['rdata']].flat());
  if (kind !== undefined) group.type = answer ? 'answer' : 'query';
  if (id !== undefined) group.id = id;
  if (name !== undefined || type !== undefined) group.question = {};
  if (group.question && name !== undefined) group.question.name = name;
  if (group.question && type !== undefined) group.question.type = type;
  if (rcode !== undefined) group.response_code = rcode;
  if (resolved.length > 0) group.resolved_ip = resolved;
  event.dns = group;
  if (recordType !== 'dns') return;
  if (event.network) event.network.protocol = 'dns';
  if (!answer) return;
  event.event.action = 'dns-answer';
  if (rcode !== undefined) event.event.outcome = outcomeOfRcode(rcode);
};

const firstRecord = (value: unknown): JsonRecord | undefined =>
  recordOf(Array.isArray(value) ? (value as readonly unknown[])[0] : value);

const addTls: Section['add'] = (event, tls) => {
  event.tls = tlsGroup({
    version: tls['version'],
    serverName: tls['sni'],
    subject: tls['subject'],
    issuer: tls['issuerdn'],
    ja3: recordOf(tls['ja3'])?.['hash'],
    ja3s: recordOf(tls['ja3s'])?.['hash'],
  });
};

const addSsh: Section['add'] = (event, ssh) => {
  const client = textOf(recordOf(ssh['client'])?.['software_version']);
  const server = textOf(recordOf(ssh['server'])?.['software_version']);
  if (client !== undefined) addLabel(event, 'ssh_client', client);
  if (server !== undefined) addLabel(event, 'ssh_server', server);
};

const addAnomaly: Section['add'] = (event, anomaly) => {
  const name = textOf(anomaly['event']) ?? textOf(anomaly['code']);
  const protocol = textOf(anomaly['app_proto']);
  if (name !== undefined) event.event.reason = name;
  if (protocol !== undefined && event.network) event.network.protocol = protocol;
};

const addDrop: Section['add'] = (event, drop) => {
  const reason = textOf(drop['reason']);
  if (reason !== undefined) event.event.reason = reason;
};

const addFile: Section['add'] = (event, fileinfo) => {
  const path = textOf(fileinfo['filename'], TEXT_LIMITS.path);
  const size = countOf(fileinfo['size']);
  const sha256 = textOf(fileinfo['sha256']);
  const md5 = textOf(fileinfo['md5']);
  const file: NonNullable<NormalisedEvent['file']> = {};
  if (path !== undefined) file.path = path;
  if (size !== undefined) file.size = size;
  if (sha256 !== undefined || md5 !== undefined) file.hash = {};
  if (file.hash && sha256 !== undefined) file.hash.sha256 = sha256;
  if (file.hash && md5 !== undefined) file.hash.md5 = md5;
  event.file = file;
};

const addForwardedFor: Section['add'] = (event, xff) => {
  const ip = ipOf(textOf(xff['xff'])?.split(',', 1)[0]?.trim());
  if (ip !== undefined) addLabel(event, 'forwarded_for', ip);
};

/** The sections that are read, in the order in which they are applied: the record's own kind wins over its flow. */
export const EVE_SECTIONS: readonly Section[] = [
  { name: 'flow', add: addFlow },
  { name: 'alert', add: addAlert },
  { name: 'http', add: addHttp },
  { name: 'dns', add: addDns },
  { name: 'tls', add: addTls },
  { name: 'ssh', add: addSsh },
  { name: 'fileinfo', add: addFile },
  { name: 'anomaly', add: addAnomaly },
  { name: 'drop', add: addDrop },
  { name: 'netflow', add: addNetflow },
  { name: 'http', add: addForwardedFor },
];
