import type { NormalisedEvent } from '@watchfloor/contracts';
import { formatEventTime, isShowable } from '../event-time';
import type { Format, LineReader, ReadOutcome, ReadingContext } from '../format';
import { invalidField, invalidTimestamp, missingField, reject, unrecognised } from '../rejection';
import { TimestampReader } from '../timestamps';
import { eventGroup, type Classification, type Origin } from './classification';
import { endpointOf, hasIcmpPorts, networkOf, relatedIps } from './flow-fields';
import { parseRecord, textOf, type JsonRecord } from './json-record';
import { endsOf, type ZeekEnds } from './zeek/ends';
import { ADD_FIELDS, truthOf } from './zeek/fields';
import {
  isReadStream,
  OTHER_STREAM,
  PROTOCOL_OF_STREAM,
  SSH_LOGIN,
  streamOf,
  TRANSPORT_OF_STREAM,
  ZEEK_KINDS,
} from './zeek/streams';
import { newHeader, readHeaderLine, readRow } from './zeek/tsv';

const ORIGIN: Origin = { dataset: 'zeek', module: 'zeek' };
const OPEN_BRACE = 123;
const HASH = 35;
/** Times beyond this are in milliseconds (`JSON::TS_MILLIS`): as seconds they would lie in the year 5138. */
const FIRST_MILLISECONDS = 1e11;
/** Keeps the last digit of a time such as 1700000000.123, which is no sum of powers of two. */
const HALF_MICROSECOND = 0.0005;
const TSV_ROW = /^\d{1,11}\.\d{1,9}\t[CF][A-Za-z0-9]{8,24}\t/;
const JSON_MARK = /"(?:_path|@stream|id[._]orig_h|uid|fuid|note)"\s*:/;

/**
 * Zeek's logs (https://docs.zeek.org/en/master/script-reference/log-files.html) as JSON, one object a line, or as TSV with
 * its header. Field names with a dot, an underscore (`id_orig_h`) or nested (`id: {orig_h}`) are one.
 */
export const zeek: Format = {
  dataset: ORIGIN.dataset,
  recognises: (line) =>
    line.charCodeAt(0) === OPEN_BRACE
      ? line.includes('"ts":') && JSON_MARK.test(line.slice(0, 2048))
      : /^#(?:separator \\x|set_separator\t|empty_field\t|unset_field\t|path\t|open\t|fields\t|types\t|close\t)/.test(
          line,
        ) || TSV_ROW.test(line.slice(0, 64)),
  reader: (context) => new ZeekReader(context),
};

class ZeekReader implements LineReader {
  private readonly timestamps: TimestampReader;
  private header = newHeader();

  constructor(private readonly context: ReadingContext) {
    this.timestamps = new TimestampReader(context);
  }

  read(line: string): ReadOutcome {
    const first = line.charCodeAt(0);
    if (first === HASH) {
      this.header = readHeaderLine(line, this.header);
      return reject('not_an_event', 'Zeek header');
    }
    if (first === OPEN_BRACE) {
      const record = parseRecord(line);
      return record ? this.event(record, streamOf(record)) : reject('malformed_json', 'not one JSON object');
    }
    return this.readTsv(line);
  }

  private readTsv(line: string): ReadOutcome {
    const { fields, separator, path } = this.header;
    if (!line.includes(separator)) return unrecognised('a Zeek record, neither JSON nor TSV');
    if (!fields) return reject('missing_header', 'no #fields line before this one');
    const record = readRow(line, this.header);
    if (!record) return unrecognised(`a line of the ${fields.length} columns that #fields names`);
    return this.event(record, isReadStream(path) ? path : (streamOf(record) ?? path));
  }

  private event(record: JsonRecord, stream: string | undefined): ReadOutcome {
    if (record['ts'] === undefined) return missingField('ts');
    const instant = this.instant(record['ts']);
    if (!isShowable(instant)) return invalidTimestamp(String(record['ts']));
    const known = isReadStream(stream);
    const ends = endsOf(record);
    if (ends.invalid !== undefined) return invalidField(ends.invalid, record[ends.invalid]);
    if (ends.sourceIp === undefined && stream !== 'notice' && stream !== 'weird') {
      if (known) return missingField('id.orig_h');
      return reject('unsupported_record', `stream ${stream ?? 'without a name'} without addresses`);
    }
    const kind = known ? kindOf(stream, record) : OTHER_STREAM;
    const event: NormalisedEvent = {
      '@timestamp': formatEventTime(instant),
      event: eventGroup(ORIGIN, kind),
    };
    addEnds(event, record, stream, ends);
    const sensor = textOf(record['_system_name']) ?? textOf(record['@system']) ?? this.context.host;
    if (sensor !== undefined) event.host = { name: sensor };
    if (known) ADD_FIELDS[stream](event, record);
    return { event };
  }

  /** `ts` as seconds, milliseconds or ISO 8601, the three ways in which Zeek writes JSON; TSV has seconds. */
  private instant(ts: unknown): number {
    const seconds = typeof ts === 'number' ? ts : typeof ts === 'string' && ts !== '' ? Number(ts) : NaN;
    if (Number.isNaN(seconds)) return typeof ts === 'string' ? this.timestamps.iso(ts, 0) : NaN;
    const ms = Math.abs(seconds) >= FIRST_MILLISECONDS ? seconds : seconds * 1000;
    return Math.floor(ms + HALF_MICROSECOND);
  }
}

function kindOf(stream: keyof typeof ZEEK_KINDS, record: JsonRecord): Classification {
  if (stream !== 'ssh') return ZEEK_KINDS[stream];
  const success = truthOf(record['auth_success']);
  return success === undefined ? ZEEK_KINDS.ssh : success ? SSH_LOGIN.true : SSH_LOGIN.false;
}

function addEnds(
  event: NormalisedEvent,
  record: JsonRecord,
  stream: string | undefined,
  ends: ZeekEnds,
): void {
  const { sourceIp, sourcePort, destinationIp, destinationPort } = ends;
  const network = networkOf({
    protocol: textOf(record['proto']) ?? TRANSPORT_OF_STREAM.get(stream ?? ''),
    sourceIp,
    sourcePort,
    destinationIp,
    destinationPort,
    loggedCommunityId: record['community_id'],
  });
  const ported = !hasIcmpPorts(network);
  const source = endpointOf(sourceIp, ported ? sourcePort : undefined);
  const destination = endpointOf(destinationIp, ported ? destinationPort : undefined);
  if (source) event.source = source;
  if (destination) event.destination = destination;
  const protocol = protocolOf(stream);
  if (protocol !== undefined) network.protocol = protocol;
  event.network = network;
  const related = relatedIps(sourceIp, destinationIp);
  if (related) event.related = related;
  const uid = textOf(record['uid'], 64);
  if (uid !== undefined) event.labels = { uid };
}

function protocolOf(stream: string | undefined): string | undefined {
  return stream !== undefined && PROTOCOL_OF_STREAM.has(stream) ? PROTOCOL_OF_STREAM.get(stream) : stream;
}
