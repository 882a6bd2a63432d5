import { explain } from './explain';
import { aContext } from './testing';

const LINE = 'Jan  5 10:00:00 gate-1 sshd[42]: Failed password for root from 203.0.113.7 port 50022 ssh2';

const textOf = (dataset: 'auto' | 'openssh', line: string, field: string) =>
  explain(dataset, line, aContext()).fields.find((origin) => origin.field === field)?.text;

describe('explanation', () => {
  it('names the dataset and the pattern', () => {
    expect(explain('auto', LINE, aContext())).toMatchObject({ dataset: 'openssh', pattern: 'failed method' });
  });

  it.each([
    ['@timestamp', 'Jan  5 10:00:00'],
    ['host.name', 'gate-1'],
    ['process.pid', '42'],
    ['user.name', 'root'],
    ['source.ip', '203.0.113.7'],
    ['source.port', '50022'],
  ])('shows that %s came from "%s"', (field, text) => {
    const line = LINE;
    expect(textOf('openssh', line, field)).toBe(text);
  });

  it('gives ranges that hold what they say', () => {
    const { fields } = explain('openssh', LINE, aContext());
    const read = fields.filter(({ how }) => how === 'read');
    expect(read.length).toBeGreaterThan(5);
    for (const { range, text } of read) expect(range && LINE.slice(...range)).toBe(text);
  });

  it('searches the fields of the message behind what stands around it', () => {
    const line = LINE.replace('gate-1', 'root');
    const user = explain('openssh', line, aContext()).fields.find(({ field }) => field === 'user.name');
    expect(user?.range?.[0]).toBe(line.lastIndexOf('root'));
  });

  it('says that what no part of the line holds was derived', () => {
    const category = explain('openssh', LINE, aContext()).fields.find(
      ({ field }) => field === 'event.category',
    );
    expect(category).toEqual({ field: 'event.category', value: 'authentication', how: 'derived' });
  });

  it('says why a line is rejected', () => {
    expect(explain('auto', 'nothing', aContext())).toEqual({
      fields: [],
      rejected: { reason: 'unrecognised_dataset', detail: 'the form of no dataset' },
    });
  });
});
