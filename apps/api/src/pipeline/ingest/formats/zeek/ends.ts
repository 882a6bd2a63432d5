import { ipOf, portOf, recordOf, type JsonRecord } from '../json-record';

/** The two ends that a record names. For ICMP the ports are type and code. */
export interface ZeekEnds {
  readonly sourceIp?: string | undefined;
  readonly sourcePort?: number | undefined;
  readonly destinationIp?: string | undefined;
  readonly destinationPort?: number | undefined;
  /** The name of a field whose value is no address. */
  readonly invalid?: string | undefined;
}

/** Where records without a connection name the ends, by the streams that have them (notice, files, dhcp, software). */
const OTHER_ENDS: readonly (readonly [source: string, destination: string])[] = [
  ['src', 'dst'],
  ['tx_hosts', 'rx_hosts'],
  ['client_addr', 'server_addr'],
  ['host', ''],
];

/** The ends of a record: those of its connection, else those that its stream names otherwise. */
export function endsOf(record: JsonRecord): ZeekEnds {
  const dotted = record['id.orig_h'];
  const from = dotted ?? record['id_orig_h'];
  if (from === undefined) return nestedEnds(record) ?? otherEnds(record);
  const to = record['id.resp_h'] ?? record['id_resp_h'];
  const sourceIp = ipOf(from);
  const destinationIp = ipOf(to);
  if (sourceIp === undefined) return { invalid: dotted === undefined ? 'id_orig_h' : 'id.orig_h' };
  return {
    sourceIp,
    sourcePort: portNumber(record['id.orig_p'] ?? record['id_orig_p']),
    destinationIp,
    destinationPort: portNumber(record['id.resp_p'] ?? record['id_resp_p']),
  };
}

function nestedEnds(record: JsonRecord): ZeekEnds | undefined {
  const id = recordOf(record['id']);
  if (!id) return undefined;
  return {
    sourceIp: ipOf(id['orig_h']),
    sourcePort: portNumber(id['orig_p']),
    destinationIp: ipOf(id['resp_h']),
    destinationPort: portNumber(id['resp_p']),
  };
}

function otherEnds(record: JsonRecord): ZeekEnds {
  for (const [source, destination] of OTHER_ENDS) {
    const sourceIp = firstIp(record[source]);
    if (sourceIp === undefined) continue;
    const port = source === 'src' ? portNumber(record['p']) : undefined;
    return { sourceIp, destinationIp: firstIp(record[destination]), destinationPort: port };
  }
  return {};
}

function firstIp(value: unknown): string | undefined {
  return ipOf(Array.isArray(value) ? (value as readonly unknown[])[0] : value);
}

/** A port as JSON has it, or as the text of a TSV column. */
function portNumber(value: unknown): number | undefined {
  return portOf(typeof value === 'string' && value !== '' ? Number(value) : value);
}
