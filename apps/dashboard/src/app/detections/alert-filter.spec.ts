import type { Alert } from '@watchfloor/contracts';
import { alertOf } from '../../../testing/scene-alerts';
import { countsByLevel, exportQuery, filtered, hasStatus, type AlertFilter } from './alert-filter';

const alert = (over: Partial<Alert>): Alert => ({ ...alertOf(0, 0, 0), ...over });
const all: AlertFilter = { status: 'any', levels: new Set() };

const OPEN = alert({ id: 'a', status: 'open', severity: 'high' });
const TAKEN = alert({ id: 'b', status: 'acknowledged', severity: 'critical' });
const CLOSED = alert({ id: 'c', status: 'closed', severity: 'high' });

describe('the filter of alerts', () => {
  it.each([
    ['unclosed', [true, true, false]],
    ['open', [true, false, false]],
    ['acknowledged', [false, true, false]],
    ['closed', [false, false, true]],
    ['any', [true, true, true]],
  ] as const)('for %p lets through by status', (choice, passes) => {
    expect([OPEN, TAKEN, CLOSED].map((one) => hasStatus(one, choice))).toEqual(passes);
  });

  it('lets all severities through while none is chosen, and then only those', () => {
    expect(filtered([OPEN, TAKEN, CLOSED], all)).toHaveLength(3);
    expect(filtered([OPEN, TAKEN, CLOSED], { ...all, levels: new Set(['critical']) })).toEqual([TAKEN]);
  });

  it('counts by severity, worst first, what the status lets through', () => {
    const counts = countsByLevel([OPEN, TAKEN, CLOSED], 'unclosed');
    expect(counts.map(({ level, count }) => `${level} ${count}`)).toEqual([
      'critical 1',
      'high 1',
      'medium 0',
      'low 0',
      'info 0',
    ]);
  });

  it('is said whole in the request of an export', () => {
    const asked = (filter: AlertFilter) =>
      Object.fromEntries(new URLSearchParams(exportQuery(filter, 'csv')));
    expect(asked({ status: 'open', levels: new Set(['high']) })).toEqual({
      format: 'csv',
      status: 'open',
      severity: 'high',
    });
    expect(asked({ status: 'unclosed', levels: new Set(['low', 'high']) })).toEqual({
      format: 'csv',
      status: 'open,acknowledged',
      severity: 'high,low',
    });
    expect(asked(all)).toEqual({ format: 'csv' });
  });
});
