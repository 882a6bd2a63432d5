import { SingleBar } from 'cli-progress';

const REFRESH_MS = 200;

/** A progress bar on standard error, only when that is a terminal. */
export class Progress {
  private readonly bar: SingleBar | undefined;
  private readonly timer: NodeJS.Timeout | undefined;

  constructor(total: number, done: () => number) {
    if (!process.stderr.isTTY) return;
    const bar = new SingleBar({
      format: '{bar} {percentage}%  {value} of about {total} lines  {duration_formatted}',
      barCompleteChar: '#',
      barIncompleteChar: '-',
      hideCursor: true,
      stream: process.stderr,
    });
    bar.start(total, 0);
    this.bar = bar;
    this.timer = setInterval(() => bar.update(Math.min(total, done())), REFRESH_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.bar?.stop();
  }
}
