import { IN_ORDER, type DisorderPlan } from '../generation/disorder';
import { readDuration } from '../scenarios/duration';

const share = (text: string | undefined): number | undefined => {
  const value = Number(text);
  return text !== undefined && text !== '' && value >= 0 && value <= 1 ? value : undefined;
};

const microseconds = (text: string | undefined): number | undefined => {
  const ms = readDuration(text ?? '');
  return ms === undefined ? undefined : ms * 1000;
};

type Setting = (value: string) => Partial<DisorderPlan> | undefined;

const SETTINGS: Readonly<Record<string, Setting>> = {
  shuffled: (value) => {
    const shuffledUs = microseconds(value);
    return shuffledUs === undefined ? undefined : { shuffledUs };
  },
  delayed: (value) => {
    const [part, span] = value.split(':');
    const delayedShare = share(part);
    const delayedUs = microseconds(span);
    return delayedShare === undefined || delayedUs === undefined ? undefined : { delayedShare, delayedUs };
  },
  duplicated: (value) => {
    const duplicatedShare = share(value);
    return duplicatedShare === undefined ? undefined : { duplicatedShare };
  },
  malformed: (value) => {
    const malformedShare = share(value);
    return malformedShare === undefined ? undefined : { malformedShare };
  },
  skew: (value) => {
    const skewUs = microseconds(value);
    return skewUs === undefined ? undefined : { skewUs };
  },
};

/**
 * Reads `shuffled=2s,delayed=0.05:30s,duplicated=0.01,malformed=0.01,skew=3s`: any of the five, in any order.
 * @throws RangeError that names the setting which cannot be read.
 */
export function readDisorder(text: string): DisorderPlan {
  let plan = IN_ORDER;
  for (const setting of text.split(',')) {
    const [name = '', value = ''] = setting.trim().split('=');
    const read = Object.hasOwn(SETTINGS, name) ? SETTINGS[name]?.(value) : undefined;
    if (read === undefined)
      throw new RangeError(
        `disorder: cannot read ${setting.trim()} (shuffled=2s, delayed=0.05:30s, duplicated=0.01, malformed=0.01, skew=3s)`,
      );
    plan = { ...plan, ...read };
  }
  return plan;
}
