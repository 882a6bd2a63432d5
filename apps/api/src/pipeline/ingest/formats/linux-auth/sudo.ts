import type { LinuxAuthAction } from './actions';

/** What a line of sudo reports: https://www.sudo.ws/docs/man/sudoers.man/#LOG_FORMAT */
export interface SudoReading {
  readonly action: LinuxAuthAction;
  /** Who called sudo. */
  readonly user: string;
  /** As whom the command was to run. */
  readonly target: string | undefined;
  readonly command: string | undefined;
  readonly directory: string | undefined;
  readonly reason: string | undefined;
}

const COMMAND = 'COMMAND=';

/**
 * Reads `user : [reason ;] TTY=… ; PWD=… ; USER=… ; COMMAND=…`, undefined when the message has another form. The
 * command stands last and may hold anything.
 */
export function readSudo(message: string): SudoReading | undefined {
  const colon = message.indexOf(' : ');
  if (colon < 1) return undefined;
  const user = message.slice(0, colon).trim();
  const commandAt = message.indexOf(COMMAND, colon + 3);
  const head = message.slice(colon + 3, commandAt < 0 ? undefined : commandAt);
  if (commandAt < 0 && !/\b(?:PWD|TTY|USER)=/.test(head) && user.includes(' ')) return undefined;
  const parts = head.split(' ; ').map((part) => part.trim().replace(/ ;$/, ''));
  const value = (key: string) => parts.find((part) => part.startsWith(key))?.slice(key.length);
  const reason = parts.find((part) => part !== '' && !/^[A-Z]+=/.test(part));
  return {
    action: actionOf(reason),
    user,
    target: value('USER='),
    command: commandAt < 0 ? undefined : message.slice(commandAt + COMMAND.length),
    directory: value('PWD='),
    reason,
  };
}

function actionOf(reason: string | undefined): LinuxAuthAction {
  if (reason === undefined || reason.startsWith('(command continued)')) return 'sudo-command';
  if (/incorrect password|password is required|authentication|conversation failed/.test(reason))
    return 'sudo-failed';
  return /not allowed|NOT in sudoers|NOT authorized|no tty|must have a tty|is not allowed/i.test(reason)
    ? 'sudo-denied'
    : 'auth-message';
}
