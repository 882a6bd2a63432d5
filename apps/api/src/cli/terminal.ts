/** Where the tool writes, and how: colours only for a person at a terminal who wants them. */
export interface Terminal {
  /** What the command was asked for: standard output. */
  print(text: string): void;
  /** What accompanies it: standard error. */
  note(text: string): void;
  readonly isInteractive: boolean;
  bold(text: string): string;
  dim(text: string): string;
}

/** The terminal of a process. NO_COLOR (https://no-color.org) set to anything but the empty string means no colours. */
export function terminalOf(streams: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>): Terminal {
  const isInteractive = streams.stdout.isTTY === true;
  const hasColour = isInteractive && !streams.env['NO_COLOR'] && streams.env['TERM'] !== 'dumb';
  const style = (code: number) => (text: string) => (hasColour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    print: (text) => void streams.stdout.write(`${text}\n`),
    note: (text) => void streams.stderr.write(`${text}\n`),
    isInteractive,
    bold: style(1),
    dim: style(2),
  };
}

/** A failure that the person at the terminal can do something about: shown without a stack. */
export class CommandError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandError';
  }
}
