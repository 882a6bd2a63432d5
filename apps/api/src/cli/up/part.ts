/** A process that the supervisor owns. */
export interface Part {
  readonly name: string;
  /** Undefined while it is not running. */
  readonly pid: number | undefined;
  /** Starts it, again too. Rejects when it does not come up. */
  start(): Promise<void>;
  /** Asks it to end and waits; resolves with what it took, e.g. `stopped` or `killed after 25 s`. */
  stop(): Promise<string>;
  /** Calls back at every end of the process with how it ended, e.g. `SIGKILL` or `code 1`. */
  onExit(listener: (how: string) => void): void;
}
