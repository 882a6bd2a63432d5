import type { EventRow } from '@watchfloor/contracts';

/**
 * What must be said about the events on the screen when some of them never happened; null when all are real. A source
 * tells: its address lies in a simulated range or not. Rows without one say nothing.
 */
export function simulatedNotice(rows: readonly EventRow[]): 'Simulated' | 'Partly simulated' | null {
  const telling = rows.filter(({ source }) => source !== '');
  const simulated = telling.filter(({ synthetic }) => synthetic).length;
  if (simulated === 0) return null;
  return simulated === telling.length ? 'Simulated' : 'Partly simulated';
}
