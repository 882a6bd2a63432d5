import type { EventRow } from '@watchfloor/contracts';

/** What must be said about the events on the screen when some of them never happened; null when all are real. */
export function simulatedNotice(rows: readonly EventRow[]): 'Simulated' | 'Partly simulated' | null {
  const simulated = rows.filter(({ synthetic }) => synthetic).length;
  if (simulated === 0) return null;
  return simulated === rows.length ? 'Simulated' : 'Partly simulated';
}
