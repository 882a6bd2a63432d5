import type { AttackScore, Simulation, SimulationScore, TechniqueScore } from '@watchfloor/contracts';
import { attackName } from '../detections/attack-names';
import { compactCount, duration, exactCount, inWords, percentage } from '../figures/figures';

/** A figure with what it means. */
export interface Figure {
  readonly name: string;
  readonly figure: string;
  readonly meaning: string;
  /** A figure that should be zero and is not. */
  readonly poor?: boolean;
}

/** How far a simulation has come: `1 m 20 s of 5 m 0 s`. */
export function progressWords({ positionSeconds, durationSeconds }: Simulation): string {
  const come = duration(positionSeconds * 1_000);
  return durationSeconds === null
    ? `${come}, until it is stopped`
    : `${come} of ${duration(durationSeconds * 1_000)}`;
}

/** Its settings: `200 lines/s, seed 7, 4 times as fast`. */
export function settingsWords({ ratePerSecond, seed, speed }: Simulation): string {
  const pace = speed === 1 ? '' : `, ${speed} times as fast`;
  return `${compactCount(ratePerSecond)} lines/s, seed ${seed}${pace}`;
}

/** What became of its lines. */
export function sendFigures({ figures }: Simulation): Figure[] {
  return [
    { name: 'sent', figure: compactCount(figures.sent), meaning: 'Lines that were sent.' },
    {
      name: 'acknowledged',
      figure: compactCount(figures.accepted + figures.duplicates),
      meaning: `Lines that the edge has stored, ${exactCount(figures.duplicates)} of them before (it had to be asked twice).`,
    },
    {
      name: 'retried',
      figure: compactCount(figures.retried),
      meaning: 'Requests that were sent again: there was no answer, or one that asked for it.',
    },
    {
      name: 'refused',
      figure: compactCount(figures.refused + figures.rejected),
      meaning: 'Lines that the edge did not take.',
      poor: figures.refused + figures.rejected > 0,
    },
  ];
}

/** The score in figures: how much of the truth was found, how much of what was found is true, and how soon. */
export function scoreFigures(score: SimulationScore): Figure[] {
  return [
    {
      name: 'detected',
      figure: `${exactCount(score.detected)} of ${exactCount(score.attacks)}`,
      meaning: 'Phases of attacks that a rule claims to see, and those of them that an alert fits.',
    },
    {
      name: 'missed',
      figure: exactCount(score.missed),
      meaning: 'Phases that are over without an alert that fits them.',
      poor: score.missed > 0,
    },
    {
      name: 'false',
      figure: exactCount(score.false),
      meaning: 'Alerts that are about no attack.',
      poor: score.false > 0,
    },
    {
      name: 'time to detect',
      figure: secondsWords(score.timeToDetectSeconds),
      meaning: 'Median of event time from the first event of a phase to the alert.',
    },
    {
      name: 'precision',
      figure: percentage(score.precision),
      meaning: 'Share of the alerts that are about an attack. Low: people stop looking at them.',
    },
    {
      name: 'recall',
      figure: percentage(score.recall),
      meaning: 'Share of the attacks that were found. Low: somebody gets in unseen.',
    },
    {
      name: 'F1',
      figure: score.f1 === null ? 'n/a' : score.f1.toFixed(2),
      meaning: 'Harmonic mean of precision and recall: high only where both are.',
    },
  ];
}

/** One row of the table by technique. */
export interface TechniqueRow {
  readonly technique: string;
  readonly name: string;
  readonly detected: string;
  readonly missed: string;
  readonly falseAlerts: string;
  readonly timeToDetect: string;
}

export function techniqueRow(score: TechniqueScore): TechniqueRow {
  return {
    technique: score.technique,
    name: attackName(score.technique),
    detected: `${exactCount(score.detected)} of ${exactCount(score.attacks)}`,
    missed: exactCount(score.missed),
    falseAlerts: exactCount(score.false),
    timeToDetect: secondsWords(score.timeToDetectSeconds),
  };
}

/** What can be said of a phase: in a word with a shape, and in a sentence. */
export interface PhaseVerdict {
  readonly verdict: 'detected' | 'missed' | 'pending' | 'uncovered';
  readonly shape: string;
  readonly words: string;
}

export function phaseVerdict(phase: AttackScore): PhaseVerdict {
  if (phase.detected) {
    const rules = phase.rules.map(inWords).join(', ');
    const time = phase.timeToDetectSeconds;
    const after = time === null ? '' : ` after ${secondsWords(time)}`;
    return {
      verdict: 'detected',
      shape: '●',
      words: `detected${after}${rules === '' ? '' : ` by ${rules}`}`,
    };
  }
  if (!phase.covered) return { verdict: 'uncovered', shape: '○', words: 'not covered: no rule looks for it' };
  return phase.pending
    ? { verdict: 'pending', shape: '◌', words: 'not decided yet: detection has not come so far' }
    : { verdict: 'missed', shape: '▲', words: 'missed: a rule looks for it, and none fired' };
}

function secondsWords(seconds: number | null): string {
  return seconds === null ? 'n/a' : duration(Math.max(0, seconds) * 1_000);
}
