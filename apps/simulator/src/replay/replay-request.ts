import { isRequestedDataset, type RequestedDataset } from '@watchfloor/contracts';
import { readNumber } from '../simulation/simulation-request';

/** The options of `replay` as the command line gives them. */
export interface ReplayOptions {
  readonly dataset: string;
  readonly year?: string;
  readonly timezone?: string;
  readonly speed: string;
  readonly shiftToNow?: boolean;
  readonly timeline?: string;
  readonly run?: string;
  readonly target?: string;
  readonly json?: boolean;
}

/** A replay, checked. */
export interface ReplayRequest {
  readonly dataset: RequestedDataset;
  readonly year: number | undefined;
  readonly timezone: string | undefined;
  /** Infinity sends as fast as it is accepted. */
  readonly speed: number;
  readonly shiftToNow: boolean;
  readonly run: string;
  /** Undefined is the live timeline. */
  readonly timeline: string | undefined;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$/;

/**
 * Checks the options of a replay; `newRun` is the id of a run that was given none. A replay that is not shifted to now
 * opens a timeline of its own, named after the run.
 * @throws RangeError that names the option which cannot be used.
 */
export function replayRequest(options: ReplayOptions, isFile: boolean, newRun: string): ReplayRequest {
  const { dataset, year, timezone, run = newRun, shiftToNow = false } = options;
  if (!isRequestedDataset(dataset)) throw new RangeError(`--dataset: there is no dataset ${dataset}`);
  if (!NAME.test(run)) throw new RangeError('--run takes letters, digits, _ and -, at most 48');
  const speed =
    options.speed === 'max' ? Infinity : readNumber('speed', options.speed, { min: 0.01, max: 100_000 });
  if (speed === Infinity && shiftToNow && !isFile)
    throw new RangeError(
      '--speed max with --shift-to-now needs a file: the time of its last line comes first',
    );
  return {
    dataset,
    year: year === undefined ? undefined : readNumber('year', year, { min: 1970, max: 9999 }),
    timezone,
    speed,
    shiftToNow,
    run,
    timeline:
      options.timeline ?? (shiftToNow ? undefined : `replay-${run.toLowerCase().replaceAll('_', '-')}`),
  };
}

/** The query of one request of a replay. Shifted lines are near their arrival and in UTC: they need neither year nor zone. */
export function queryOf(request: ReplayRequest, year: number | undefined): Record<string, string> {
  const { timeline, timezone, shiftToNow } = request;
  return {
    ...(timeline === undefined ? {} : { timeline }),
    ...(shiftToNow || timezone === undefined ? {} : { timezone }),
    ...(shiftToNow || request.year === undefined ? {} : { year: `${year ?? request.year}` }),
  };
}
