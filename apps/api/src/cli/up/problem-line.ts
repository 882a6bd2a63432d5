const warning = 40;

/** Levels by name that say nothing to worry about; Nest's own logger has names where pino has numbers. */
const routineNames = new Set(['log', 'debug', 'verbose']);

/** A line that belongs to the one before: of a stack trace or of an object that is printed with it. */
const continues = /^(\s|\}|$)/;

/**
 * What a line of a part's output has to say to the person at the terminal: the message of a warning or an error, or the first
 * line of something on standard error that is no log record (an exception, a message of Node). Undefined for everything routine.
 */
export function problemOf(line: string, stream: 'stdout' | 'stderr'): string | undefined {
  const record = parseRecord(line);
  if (record === undefined) return stream === 'stdout' || continues.test(line) ? undefined : line;
  if (isRoutine(record.level)) return undefined;
  const cause = record.err?.message;
  return cause === undefined || record.msg.includes(cause) ? record.msg : `${record.msg}: ${cause}`;
}

function isRoutine(level: number | string): boolean {
  return typeof level === 'number' ? level < warning : routineNames.has(level);
}

interface LogRecord {
  readonly level: number | string;
  readonly msg: string;
  readonly err?: { readonly message?: string };
}

function parseRecord(text: string): LogRecord | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const { level, msg, message, err } = JSON.parse(text) as Partial<LogRecord> & { message?: unknown };
    if (level === undefined) return undefined;
    const said = msg ?? (typeof message === 'string' ? message : JSON.stringify(message ?? ''));
    return { level, msg: said, ...(err ? { err } : {}) };
  } catch {
    return undefined;
  }
}
