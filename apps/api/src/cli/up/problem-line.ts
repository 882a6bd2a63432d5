const warning = 40;

/**
 * What a line of a part's log has to say to the person at the terminal: the message of a warning or an error, or a line that
 * is no log record (a stack trace, a message of Node). Undefined for everything routine.
 */
export function problemOf(line: string): string | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  const record = parseRecord(text);
  if (record === undefined) return text;
  if (record.level < warning) return undefined;
  const cause = record.err?.message;
  return cause === undefined || record.msg.includes(cause) ? record.msg : `${record.msg}: ${cause}`;
}

interface LogRecord {
  readonly level: number;
  readonly msg: string;
  readonly err?: { readonly message?: string };
}

function parseRecord(text: string): LogRecord | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const record = JSON.parse(text) as Partial<LogRecord>;
    if (typeof record.level !== 'number') return undefined;
    return { level: record.level, msg: record.msg ?? '', ...(record.err ? { err: record.err } : {}) };
  } catch {
    return undefined;
  }
}
