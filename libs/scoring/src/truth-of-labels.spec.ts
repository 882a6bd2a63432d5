import { truthOfLabels, type LabelRecord } from './truth-of-labels';

const record = (over: Partial<LabelRecord>): LabelRecord => ({
  from: 1,
  to: 3,
  attack: 'campaign-1',
  scenario: 'campaign',
  phase: 'scan',
  technique: 'T1046',
  source: '198.18.16.36',
  target: 'sensor01',
  firstSeen: '2026-03-02T09:00:12.401Z',
  lastSeen: '2026-03-02T09:00:14.010Z',
  ...over,
});

describe('truthOfLabels', () => {
  it('adds the records of a phase up', () => {
    const later = { from: 8, to: 8, source: '198.18.16.40', reached: ['198.18.0.6'] };
    const truth = truthOfLabels([
      record({ reached: ['198.18.0.6', '198.18.0.7'] }),
      record({ ...later, firstSeen: '2026-03-02T09:00:11.000Z', lastSeen: '2026-03-02T09:00:13.000Z' }),
    ]);
    expect(truth).toEqual([
      {
        attack: 'campaign-1',
        scenario: 'campaign',
        phase: 'scan',
        technique: 'T1046',
        events: 4,
        firstSeen: '2026-03-02T09:00:11.000Z',
        lastSeen: '2026-03-02T09:00:14.010Z',
        sources: ['198.18.16.36', '198.18.16.40'],
        sourcesComplete: true,
        targets: ['sensor01'],
        targetAddresses: ['198.18.0.6', '198.18.0.7'],
      },
    ]);
  });

  it('keeps phases and cycles apart and takes a record without a source', () => {
    const truth = truthOfLabels([
      record({}),
      record({ phase: 'climb', technique: 'T1548.003', source: undefined }),
      record({ attack: 'campaign-2' }),
    ]);
    expect(truth.map(({ attack, phase, sources }) => [attack, phase, sources.length])).toEqual([
      ['campaign-1', 'scan', 1],
      ['campaign-1', 'climb', 0],
      ['campaign-2', 'scan', 1],
    ]);
  });
});
