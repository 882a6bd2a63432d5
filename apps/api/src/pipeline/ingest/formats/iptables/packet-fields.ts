/** Names whose values are read; a packet quoted in brackets inside an ICMP error is not this packet. */
const NAMES = ['IN', 'OUT', 'MAC', 'SRC', 'DST', 'LEN', 'PROTO', 'SPT', 'DPT', 'TYPE', 'CODE'] as const;
const FLAGS: ReadonlySet<string> = new Set(['SYN', 'ACK', 'FIN', 'RST', 'PSH', 'URG', 'ECE', 'CWR']);
const names: ReadonlySet<string> = new Set(NAMES);

type Name = (typeof NAMES)[number];

/** The fields of a logged packet: the first value of each name (UDP repeats `LEN`), and the TCP flags. */
export type PacketFields = { readonly [name in Name]?: string } & { readonly flags: readonly string[] };

/** Reads `NAME=value` words from a position up to the end of the line or to a quoted packet. */
export function readPacketFields(line: string, from: number): PacketFields {
  const found: { [name in Name]?: string } = {};
  const flags: string[] = [];
  let equals = line.indexOf('=', from);
  for (let at = from; at < line.length;) {
    const space = line.indexOf(' ', at);
    const end = space < 0 ? line.length : space;
    if (line.charCodeAt(at) === 91) break;
    // Searched anew only behind the last one found: a line of blanks stays linear.
    if (equals >= 0 && equals < at) equals = line.indexOf('=', at);
    if (equals >= 0 && equals < end) {
      const name = line.slice(at, equals);
      if (isName(name)) found[name] ??= line.slice(equals + 1, end);
    } else if (end - at === 3 && flags.length < FLAGS.size) {
      const word = line.slice(at, end);
      if (FLAGS.has(word)) flags.push(word);
    }
    at = end + 1;
  }
  return { ...found, flags };
}

function isName(text: string): text is Name {
  return names.has(text);
}
