/** The groups in brackets in front of a message. */
export interface ApacheGroups {
  readonly level: string;
  /** `authz_core` of `[authz_core:error]`; an empty name (`[:error]`) is `core`. Absent in httpd 2.2. */
  readonly module?: string;
  readonly pid?: number;
  /** Address, with its port in httpd 2.4. */
  readonly client?: string;
  /** Where the message begins in the line. */
  readonly messageAt: number;
}

const LEVEL = /^(?:([\w.-]{0,64}):)?(emerg|alert|crit|error|warn|notice|info|debug|trace[1-8])$/;
const PID = /^pid (\d{1,10})(?::tid \d{1,20})?$/;
/** `(13)Permission denied: ` and httpd's own `(70007)The timeout specified has expired: `. */
const ERRNO = /\(\d{1,6}\)[^:[\]]{1,120}: /y;
/** More groups than any format has. */
const MOST_GROUPS = 12;

/**
 * Reads `[module:level] [pid 1:tid 2] [client 192.0.2.1:5]` from a position on: any order, the errno text of
 * httpd between them, groups with other names before the level left out. Undefined when no level is among them.
 */
export function readApacheGroups(line: string, from: number): ApacheGroups | undefined {
  const found: { level?: string; module?: string; pid?: number; client?: string } = {};
  let at = skipSpaces(line, from);
  for (let count = 0; count < MOST_GROUPS && line.charCodeAt(at) === 91; count++) {
    const end = endOfGroup(line, at);
    if (end < 0 || !take(found, line.slice(at + 1, end))) break;
    at = skipErrno(line, skipSpaces(line, end + 1));
  }
  if (found.level === undefined) return undefined;
  return { ...found, level: found.level, messageAt: at };
}

/** Notes what a group says; false when it belongs to the message. */
function take(
  found: { level?: string; module?: string; pid?: number; client?: string },
  group: string,
): boolean {
  if (group.startsWith('client ') || group.startsWith('remote ')) {
    found.client ??= group.slice(7);
    return true;
  }
  const level = LEVEL.exec(group);
  if (level && found.level === undefined) {
    found.level = level[2] ?? '';
    if (level[1] !== undefined) found.module = level[1] === '' ? 'core' : level[1];
    return true;
  }
  const pid = PID.exec(group);
  if (pid) {
    found.pid = Number(pid[1]);
    return true;
  }
  return found.level === undefined;
}

/** A client may stand in brackets of its own: `[client [2001:db8::1]:5]`. */
function endOfGroup(line: string, at: number): number {
  const end = line.indexOf(']', at);
  const nested = line.charCodeAt(at + 8) === 91 && /^\[(?:client|remote) /.test(line.slice(at, at + 8));
  return nested && end >= 0 ? line.indexOf(']', end + 1) : end;
}

function skipSpaces(line: string, at: number): number {
  let next = at;
  while (line.charCodeAt(next) === 32) next++;
  return next;
}

/** The errno text is kept as part of the message unless more groups follow it. */
function skipErrno(line: string, at: number): number {
  if (line.charCodeAt(at) !== 40) return at;
  ERRNO.lastIndex = at;
  return ERRNO.test(line) && /^\[(?:client|remote) /.test(line.slice(ERRNO.lastIndex, ERRNO.lastIndex + 8))
    ? ERRNO.lastIndex
    : at;
}
