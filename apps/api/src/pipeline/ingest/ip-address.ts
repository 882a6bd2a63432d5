import { readAddress, readIpv4 } from '@watchfloor/contracts';

const words = new Uint32Array(4);
const LEADING_ZERO = /(^|\.)0+(?=\d)/g;

/**
 * The one spelling of an address that events carry, or undefined when `text` is no address. IPv4 as four decimal
 * octets (leading zeros are dropped, as log readers do), IPv6 as RFC 5952 says; an IPv4-mapped address is IPv4,
 * brackets and a zone (`%eth0`) are dropped.
 */
export function canonicalIp(text: string): string | undefined {
  if (readIpv4(text) >= 0) return text;
  const first = text.charCodeAt(0);
  if (text.length > 64 || !(isHexDigit(first) || first === 58 || first === 91)) return undefined;
  if (text.includes(':')) return canonicalIpv6(text);
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  const decimal = text.replace(LEADING_ZERO, '$1');
  return readIpv4(decimal) >= 0 ? decimal : undefined;
}

function canonicalIpv6(text: string): string | undefined {
  const bare = text.charCodeAt(0) === 91 && text.endsWith(']') ? text.slice(1, -1) : text;
  const zone = bare.indexOf('%');
  const family = readAddress(zone < 0 ? bare : bare.slice(0, zone), words);
  if (family === 0) return undefined;
  if (family === 4) return ipv4Text(words[0] ?? 0);
  return ipv6Text();
}

const ipv4Text = (address: number): string =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;

/** The address in `words` as RFC 5952 section 4 writes it: the first longest run of zero groups becomes `::`. */
function ipv6Text(): string {
  const groups: number[] = [];
  for (const word of words) groups.push(word >>> 16, word & 0xffff);
  let gapStart = -1;
  let gapLength = 1;
  for (let at = 0; at < 8; at++) {
    let end = at;
    while (end < 8 && groups[end] === 0) end++;
    if (end - at > gapLength) {
      gapStart = at;
      gapLength = end - at;
    }
    if (end > at) at = end;
  }
  const hex = groups.map((group) => group.toString(16));
  if (gapStart < 0) return hex.join(':');
  return `${hex.slice(0, gapStart).join(':')}::${hex.slice(gapStart + gapLength).join(':')}`;
}

const isHexDigit = (code: number): boolean =>
  (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 102);
