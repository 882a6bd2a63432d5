import type { AttackScore } from '@watchfloor/contracts';
import type { Score } from './score';

/** The score for a terminal: what was found of each phase, then the shares in one line. */
export function scoreTable(score: Score): string {
  const rows = score.phases.map((phase) => [
    `${phase.attack} ${phase.phase}`,
    phase.technique,
    String(phase.events),
    verdictOf(phase),
    phase.timeToDetectSeconds === null ? '' : `${phase.timeToDetectSeconds.toFixed(1)} s`,
    phase.rules.join(', '),
  ]);
  const table = rows.length === 0 ? [] : aligned([HEADINGS, ...rows]);
  return [...table, ...falseLines(score), summaryOf(score)].join('\n');
}

const HEADINGS = ['attack', 'technique', 'events', 'verdict', 'after', 'rules'];

function verdictOf({ covered, detected, pending }: AttackScore): string {
  if (!covered) return 'no rule';
  if (detected) return 'detected';
  return pending ? 'pending' : 'missed';
}

function falseLines({ falseAlerts }: Score): string[] {
  return falseAlerts.map(({ rule, key, reason }) => `false: ${rule} for ${key}: ${reason}`);
}

function summaryOf(score: Score): string {
  const { attacks, detected, fitting, other, precision, recall, f1, timeToDetectSeconds } = score;
  const delay =
    timeToDetectSeconds === null ? '' : `, half of them within ${timeToDetectSeconds.toFixed(1)} s`;
  return [
    `${detected} of ${attacks} detected${delay}`,
    `${fitting} alerts fit, ${other} other, ${score.false} false`,
    `recall ${shareText(recall)} precision ${shareText(precision)} F1 ${shareText(f1)}`,
  ].join('; ');
}

const shareText = (share: number | null): string => (share === null ? '-' : share.toFixed(3));

/** Columns of equal width, two spaces between them. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
