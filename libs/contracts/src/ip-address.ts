/** What `readAddress` found: no address, IPv4 (also when written as `::ffff:a.b.c.d`), or IPv6. */
export type AddressFamily = 0 | 4 | 6;

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const COLON = 58;
/** A group of an IPv6 address is longer than any number in it, a compressed one contributes none. */
const GROUPS = 8;

/** The value of a hexadecimal digit, or -1. */
function hexDigit(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const lower = code | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/**
 * Reads four decimal octets from `start` to the end of `text`, without leading zeros (RFC 6943 section 3.1.1: some
 * systems read those as octal). Returns the address as an unsigned 32-bit number, or -1.
 */
export function readIpv4(text: string, start = 0): number {
  if (text.length - start > 15) return -1;
  let address = 0;
  let octet = -1;
  let dots = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (octet < 0 || dots === 3) return -1;
      address = address * 256 + octet;
      octet = -1;
      dots += 1;
    } else {
      if (code < ZERO || code > NINE || octet === 0) return -1;
      octet = (octet < 0 ? 0 : octet) * 10 + code - ZERO;
      if (octet > 255) return -1;
    }
  }
  return dots === 3 && octet >= 0 ? address * 256 + octet : -1;
}

const groups = new Uint16Array(GROUPS);

/** Reads the groups into `groups`; returns false when `text` is no IPv6 address. A zone (`%eth0`) is not accepted. */
function readGroups(text: string): boolean {
  let count = 0;
  let gap = -1;
  let at = 0;
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return false;
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    if (count === GROUPS) return false;
    const start = at;
    let value = 0;
    for (let digit; at < text.length && (digit = hexDigit(text.charCodeAt(at))) >= 0; at += 1)
      value = value * 16 + digit;
    if (text.charCodeAt(at) === DOT) {
      const tail = readIpv4(text, start);
      if (tail < 0 || count > GROUPS - 2) return false;
      groups[count] = tail >>> 16;
      groups[count + 1] = tail & 0xffff;
      return closeGap(count + 2, gap);
    }
    if (at === start || at - start > 4) return false;
    groups[count] = value;
    count += 1;
    if (at === text.length) break;
    if (text.charCodeAt(at) !== COLON || at + 1 === text.length) return false;
    at += 1;
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return false;
      gap = count;
      at += 1;
    }
  }
  return closeGap(count, gap);
}

/** Moves the groups after `::` to the end and clears the ones that it stands for (at least one, RFC 5952 section 4.2.2). */
function closeGap(count: number, gap: number): boolean {
  if (gap < 0) return count === GROUPS;
  if (count === GROUPS) return false;
  groups.copyWithin(GROUPS - (count - gap), gap, count);
  groups.fill(0, gap, GROUPS - (count - gap));
  return true;
}

const word = (at: number): number => (((groups[at] ?? 0) << 16) | (groups[at + 1] ?? 0)) >>> 0;

/**
 * Reads an IP address into `words` as unsigned 32-bit numbers in network order: IPv4 into `words[0]`, IPv6 into
 * `words[0..3]`. An IPv4-mapped address (`::ffff:0:0/96`) is IPv4. Allocates nothing; never throws.
 */
export function readAddress(text: string, words: Uint32Array): AddressFamily {
  const ipv4 = readIpv4(text);
  if (ipv4 >= 0) {
    words[0] = ipv4;
    return 4;
  }
  if (text.length > 45 || !readGroups(text)) return 0;
  const mapped = word(0) === 0 && word(2) === 0 && word(4) === 0xffff;
  words[0] = mapped ? word(6) : word(0);
  if (mapped) return 4;
  words[1] = word(2);
  words[2] = word(4);
  words[3] = word(6);
  return 6;
}
