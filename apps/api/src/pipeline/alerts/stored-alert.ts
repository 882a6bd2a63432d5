import type { Alert, DetectedAlert } from '@watchfloor/contracts';
import { parseHandling } from './handling';

/** The alert in its two records (see lua/alerts.ts); undefined when there is none. */
export function parseAlert(detected: string, handling: string): Alert | undefined {
  const end = detected.indexOf('\n');
  if (end === -1) return undefined;
  const [ended, , , raisedAt, changedAt, timeline = ''] = detected.slice(0, end).split(' ');
  return {
    ...(JSON.parse(detected.slice(end + 1)) as DetectedAlert),
    timeline,
    raisedAt: new Date(Number(raisedAt)).toISOString(),
    changedAt: new Date(Number(changedAt)).toISOString(),
    ended: ended === '1',
    ...parseHandling(handling),
  };
}
