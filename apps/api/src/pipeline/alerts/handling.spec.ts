import { ALERT_STATUSES } from '@watchfloor/contracts';
import fc from 'fast-check';
import { ALERTS } from '../topology';
import { formatHandling, type Handling, parseHandling, takeStep } from './handling';

const step = { by: 'ada', now: Date.parse('2026-01-05T10:00:30.000Z') };
const untouched = parseHandling('');

const changes = fc.record(
  {
    status: fc.constantFrom(...ALERT_STATUSES),
    assignee: fc.oneof(fc.constant(null), fc.string({ minLength: 1 })),
    note: fc.string({ unit: 'binary' }),
  },
  { requiredKeys: [] },
);

/** The whole record, as the script writes it. */
const recordOf = (handling: Handling): string =>
  `${handling.version} ${handling.status}\n${formatHandling(handling)}`;

describe('handling an alert', () => {
  it('begins open, of version 1, in nobody’s hands', () => {
    expect(untouched).toEqual({ version: 1, status: 'open', assignee: null, notes: [] });
  });

  it('comes back from its record after any steps, whatever the texts', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 8 }), (all) => {
        const handling = all.reduce((before, change) => takeStep(before, change, step) ?? before, untouched);
        expect(parseHandling(recordOf(handling))).toEqual(handling);
        expect(handling.version).toBe(handling.notes.length + 1);
      }),
    );
  });

  it('notes what a step changed and nothing else', () => {
    const taken = takeStep(untouched, { status: 'open', assignee: 'ada' }, step);
    expect(taken?.notes).toEqual([{ at: '2026-01-05T10:00:30.000Z', by: 'ada', text: '', assignee: 'ada' }]);
  });

  it('takes no step that changes nothing', () => {
    expect(takeStep(untouched, {}, step)).toBeUndefined();
    expect(takeStep(untouched, { status: 'open', assignee: null }, step)).toBeUndefined();
  });

  it('keeps the last notes where there are too many', () => {
    let handling = untouched;
    for (let i = 0; i < ALERTS.notes + 5; i++)
      handling = takeStep(handling, { note: `note ${i}` }, step) ?? handling;
    expect(handling.notes).toHaveLength(ALERTS.notes);
    expect(handling.notes[0]?.text).toBe('note 5');
    expect(handling.version).toBe(ALERTS.notes + 6);
  });
});
