import { TEXT_LIMITS, type NormalisedEvent } from '@watchfloor/contracts';
import { formatEventTime, isShowable } from '../event-time';
import type { Format, LineReader, ReadOutcome, ReadingContext } from '../format';
import { invalidField, invalidTimestamp, missingField, reject, unrecognised } from '../rejection';
import { TimestampReader } from '../timestamps';
import { eventGroup, type Classification, type Origin } from './classification';
import { COWRIE_KINDS, OTHER_ACTIVITY } from './cowrie/kinds';
import { endpointOf, networkOf, relatedIps } from './flow-fields';
import { urlOfTarget } from './web/http-fields';
import { countOf, ipOf, nanosecondsOf, parseRecord, portOf, textOf, type JsonRecord } from './json-record';

const ORIGIN: Origin = { dataset: 'cowrie', module: 'cowrie' };
const PREFIX = 'cowrie.';

/**
 * Cowrie's JSON log (`output_jsonlog`), one event a line; the events and their attributes are those of
 * https://docs.cowrie.org/en/latest/OUTPUT.html. Passwords that were tried are not kept as a field.
 */
export const cowrie: Format = {
  dataset: ORIGIN.dataset,
  recognises: (line) => line.charCodeAt(0) === 123 && /"eventid"\s*:\s*"cowrie\./.test(line),
  reader: (context) => new CowrieReader(context),
};

class CowrieReader implements LineReader {
  private readonly timestamps: TimestampReader;

  constructor(private readonly context: ReadingContext) {
    this.timestamps = new TimestampReader(context);
  }

  read(line: string): ReadOutcome {
    const record = parseRecord(line);
    if (!record) return reject('malformed_json', 'not one JSON object');
    const id = record['eventid'];
    if (typeof id !== 'string') return missingField('eventid');
    if (!id.startsWith(PREFIX)) return unrecognised('an event of Cowrie (`eventid` cowrie.…)');
    const name = id.slice(PREFIX.length);
    const kind = COWRIE_KINDS.get(name);
    if (!kind && record['src_ip'] === undefined)
      return reject('unsupported_record', `eventid ${id.slice(0, 64)} without src_ip`);
    return this.event(record, name, kind ?? OTHER_ACTIVITY);
  }

  private event(record: JsonRecord, name: string, kind: Classification): ReadOutcome {
    const time = record['timestamp'];
    if (typeof time !== 'string') return missingField('timestamp');
    const instant = this.timestamps.iso(time, 0);
    if (!isShowable(instant)) return invalidTimestamp(time);
    const sourceIp = ipOf(record['src_ip']);
    if (sourceIp === undefined && record['src_ip'] !== undefined)
      return invalidField('src_ip', record['src_ip']);
    const event: NormalisedEvent = {
      '@timestamp': formatEventTime(instant),
      event: eventGroup(ORIGIN, kind),
    };
    addEnds(event, record, sourceIp);
    const sensor = textOf(record['sensor']) ?? this.context.host;
    if (sensor !== undefined) event.host = { name: sensor };
    const user = textOf(record['username']);
    if (user !== undefined) event.user = { name: user };
    // The message of a login repeats the password that was tried.
    const message = name.startsWith('login.') ? undefined : textOf(record['message'], TEXT_LIMITS.path);
    if (message !== undefined) event.message = message;
    addDetails(event, record, name);
    return { event };
  }
}

function addEnds(event: NormalisedEvent, record: JsonRecord, sourceIp: string | undefined): void {
  const destinationIp = ipOf(record['dst_ip']);
  const sourcePort = portOf(record['src_port']);
  const destinationPort = portOf(record['dst_port']);
  const network = networkOf({ protocol: 'tcp', sourceIp, sourcePort, destinationIp, destinationPort });
  const source = endpointOf(sourceIp, sourcePort);
  const destination = endpointOf(destinationIp, destinationPort);
  const protocol = textOf(record['protocol']);
  if (source) event.source = source;
  if (destination) event.destination = destination;
  if (protocol !== undefined) network.protocol = protocol;
  event.network = network;
  const related = relatedIps(sourceIp, destinationIp);
  if (related) event.related = related;
}

/** Labels of a session: what ties its events together and how its client presents itself. */
const LABELS: readonly (readonly [attribute: string, label: string])[] = [
  ['session', 'session'],
  ['hassh', 'hassh'],
  ['fingerprint', 'key_fingerprint'],
];

function addDetails(event: NormalisedEvent, record: JsonRecord, name: string): void {
  const labels: Record<string, string> = {};
  for (const [attribute, label] of LABELS) {
    const text = textOf(record[attribute]);
    if (text !== undefined) labels[label] = text;
  }
  const version = name === 'client.version' ? textOf(record['version']) : undefined;
  if (version !== undefined) labels['ssh_client'] = version;
  if (Object.keys(labels).length > 0) event.labels = labels;
  const command = name.startsWith('command.') ? textOf(record['input'], TEXT_LIMITS.path) : undefined;
  if (command !== undefined) event.process = { command_line: command };
  const url = textOf(record['url'], TEXT_LIMITS.path);
  if (url !== undefined) event.url = urlOfTarget(url);
  addFile(event, record);
  const duration = name === 'session.closed' ? nanosecondsOf(record['duration']) : undefined;
  if (duration !== undefined) event.event.duration = duration;
}

function addFile(event: NormalisedEvent, record: JsonRecord): void {
  const sha256 = textOf(record['shasum']);
  if (sha256 === undefined) return;
  event.file = { hash: { sha256 } };
  const name = textOf(record['filename']) ?? textOf(record['destfile']);
  const size = countOf(record['size']);
  if (name !== undefined) event.file.name = name;
  if (size !== undefined) event.file.size = size;
}
