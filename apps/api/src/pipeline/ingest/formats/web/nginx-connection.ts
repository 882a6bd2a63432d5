/** What nginx appends to a message about the connection at work (`ngx_http_log_error`, `ngx_http_log_error_handler`). */
export interface NginxConnection {
  /** The message in front. */
  readonly message: string;
  readonly client: string;
  readonly server?: string;
  readonly request?: string;
  readonly upstream?: string;
  readonly host?: string;
  readonly referrer?: string;
}

const MARK = ', client: ';
/** A line with more marks than this is made of marks; the first ones decide then. */
const MOST_MARKS = 16;
/** What follows the client, in this order, each part optional. Quotes inside are not escaped. */
const QUOTED = ['request', 'subrequest', 'upstream', 'host', 'referrer', 'login'] as const;
const ENDS = QUOTED.map((name) => `", ${name}: "`);

/**
 * Splits `message, client: …, server: …, request: "…", upstream: "…", host: "…", referrer: "…"`. The name of a user in the
 * message and the request behind it are a client's text and may imitate this tail: the first mark behind which
 * a whole tail stands is the real one, the last such mark where the message quotes a user.
 */
export function readNginxConnection(text: string): NginxConnection | undefined {
  const quotesUser = text.startsWith('user "');
  let found: NginxConnection | undefined;
  let loose: NginxConnection | undefined;
  let marks = 0;
  for (let at = text.indexOf(MARK); at >= 0 && marks < MOST_MARKS; at = text.indexOf(MARK, at + 1)) {
    marks++;
    const tail = readTail(text, at + MARK.length);
    if (tail.complete) {
      found = { message: text.slice(0, at), ...tail.fields };
      if (!quotesUser) return found;
    } else loose = { message: text.slice(0, at), ...tail.fields };
  }
  return found ?? loose;
}

type Fields = Omit<NginxConnection, 'message'>;

function readTail(text: string, at: number): { fields: Fields; complete: boolean } {
  let next = endOfWord(text, at);
  const parts: Record<string, string> = {};
  const client = text.slice(at, next);
  if (text.startsWith(', server: ', next)) {
    const from = next + 10;
    next = endOfWord(text, from);
    parts['server'] = text.slice(from, next);
  }
  for (const name of QUOTED) {
    if (!text.startsWith(`, ${name}: "`, next)) continue;
    const from = next + name.length + 5;
    const end = endOfQuoted(text, from, name);
    if (end < 0) return { fields: { client, ...parts }, complete: false };
    parts[name] = text.slice(from, end);
    next = end + 1;
  }
  const complete = next >= text.length || text.startsWith(', bytes from/to client:', next);
  return { fields: { client, ...parts }, complete };
}

function endOfWord(text: string, from: number): number {
  const comma = text.indexOf(', ', from);
  return comma < 0 ? text.length : comma;
}

/** A request may hold quotes: it ends where the next part begins, or with the line. A host never does. */
function endOfQuoted(text: string, from: number, name: string): number {
  if (name === 'host') return text.indexOf('"', from);
  if (name !== 'referrer') {
    let nearest = -1;
    for (const end of ENDS) {
      const at = text.indexOf(end, from);
      if (at >= 0 && (nearest < 0 || at < nearest)) nearest = at;
    }
    if (nearest >= 0) return nearest;
  }
  return text.endsWith('"') && text.length > from ? text.length - 1 : text.indexOf('"', from);
}
