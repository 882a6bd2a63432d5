import { TEXT_LIMITS, type NormalisedEvent } from '@watchfloor/contracts';
import { canonicalIp } from '../../ip-address';

/** `client ident user`, with a virtual host or a list of forwarding addresses in front. False where no client can be found. */
export function addParties(event: NormalisedEvent, text: string): boolean {
  const first = tokenAt(text, 0);
  if (first === '') return false;
  const ip = clientIp(first);
  if (ip !== undefined) return addSource(event, ip, text, first.length + 1);
  const second = tokenAt(text, first.length + 1);
  const secondIp = clientIp(second);
  if (secondIp !== undefined) {
    addVirtualHost(event, first);
    return addSource(event, secondIp, text, first.length + second.length + 2);
  }
  return addNamedClient(event, first, text);
}

/** A client whose name was looked up, or one behind a socket file (`unix:`, `-`), which has neither name nor address. */
function addNamedClient(event: NormalisedEvent, client: string, text: string): boolean {
  if (tokenAt(text, client.length + 1) === '') return false;
  addUser(event, text, client.length + 1);
  if (client === '-' || client === 'unix:') return true;
  if (!/^[\w.-]+$/.test(client)) return false;
  const name = client.slice(0, TEXT_LIMITS.keyword);
  event.source = { address: name, domain: name };
  return true;
}

function addSource(event: NormalisedEvent, ip: string, text: string, identAt: number): boolean {
  event.source = { ip };
  event.related = { ip: [ip] };
  addUser(event, text, identAt);
  return true;
}

/** Behind the client stand ident and user; a server configured for less writes one of them or none. */
function addUser(event: NormalisedEvent, text: string, identAt: number): void {
  const ident = tokenAt(text, identAt);
  if (ident.endsWith(',') || clientIp(ident) !== undefined) return;
  const user = text.slice(identAt + ident.length + 1).trim();
  if (user === '' || user === '-' || user === '""') return;
  event.user = { name: user.slice(0, TEXT_LIMITS.keyword) };
}

function addVirtualHost(event: NormalisedEvent, text: string): void {
  const colon = text.lastIndexOf(':');
  const port = colon > 0 ? Number(text.slice(colon + 1)) : NaN;
  const named = Number.isInteger(port) && port <= 65_535;
  const domain = (named ? text.slice(0, colon) : text).slice(0, TEXT_LIMITS.keyword);
  if (domain === '-') return;
  event.url = { domain, ...event.url };
  if (named) event.url.port ??= port;
}

/** The address in a token: bare, with the comma of a list behind it, or with a port. */
function clientIp(token: string): string | undefined {
  const found = canonicalIp(token.endsWith(',') ? token.slice(0, -1) : token);
  if (found !== undefined) return found;
  const colon = token.lastIndexOf(':');
  return colon > 0 && /^\d{1,5}$/.test(token.slice(colon + 1, colon + 7))
    ? canonicalIp(token.slice(0, colon))
    : undefined;
}

function tokenAt(text: string, at: number): string {
  const end = text.indexOf(' ', at);
  return end < 0 ? text.slice(at) : text.slice(at, end);
}
