/** The number in a protocol version: `1.2` of `TLS 1.2`, `TLSv1.2` and Zeek's `TLSv12`; other texts stay as they are. */
export function tlsVersion(text: string): string {
  const match = /^(?:TLS|SSL)\s?v?(\d)\.?(\d)?$/i.exec(text);
  return match ? `${match[1] ?? ''}.${match[2] ?? '0'}` : text;
}
