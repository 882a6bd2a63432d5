import type { Alert } from '@watchfloor/contracts';
import fc from 'fast-check';
import { toCsv } from './alert-csv';
import { anAlert, readCsv } from './testing';

const cellsOf = (alerts: readonly Alert[]): Record<string, string>[] => {
  const [header = [], ...records] = readCsv(toCsv(alerts));
  return records.map((record) => Object.fromEntries(header.map((name, i) => [name, record[i] ?? ''])));
};

describe('alerts as CSV', () => {
  it('are a header alone where there are none', () => {
    expect(toCsv([])).toMatch(/^"id","timeline","rule",.*"notes"\r\n$/);
  });

  it('have one record each, lists separated by spaces and notes by lines', () => {
    const notes = [
      { at: '2026-01-05T10:00:20.000Z', by: 'ada', text: 'seen', status: 'acknowledged' as const },
      { at: '2026-01-05T10:00:30.000Z', by: 'ada', text: 'ours' },
    ];
    const [cells] = cellsOf([anAlert({ source: ['203.0.113.7', '203.0.113.8'], assignee: 'ada', notes })]);
    expect(cells).toMatchObject({
      id: 'ssh-brute-force-1',
      severity: 'high',
      events: '6',
      ended: 'false',
      assignee: 'ada',
      source: '203.0.113.7 203.0.113.8',
      firstSeen: '2026-01-05T10:00:00.000Z',
      notes: '2026-01-05T10:00:20.000Z ada: seen\n2026-01-05T10:00:30.000Z ada: ours',
    });
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =1', '\u200b=1', '＝1'])(
    'show %j as text and not as a formula',
    (reason) => {
      expect(cellsOf([anAlert({ reason })])[0]?.['reason']).toBe(`'${reason}`);
    },
  );

  it('give back every text of every alert, but for the apostrophe before a formula', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[=+\-@",\r\n\t ;']{0,6}$/));
    fc.assert(
      fc.property(fc.array(fc.record({ reason: text, key: text }), { maxLength: 5 }), (texts) => {
        const cells = cellsOf(texts.map((over) => anAlert(over)));
        expect(cells).toHaveLength(texts.length);
        for (const [i, { reason, key }] of texts.entries()) {
          expect([reason, `'${reason}`]).toContain(cells[i]?.['reason']);
          expect([key, `'${key}`]).toContain(cells[i]?.['key']);
          expect(cells[i]?.['key']).not.toMatch(/^[\s]*[=+\-@]/);
        }
      }),
    );
  });
});
