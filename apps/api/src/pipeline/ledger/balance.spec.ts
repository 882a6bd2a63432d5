import type { Ledger } from '@watchfloor/contracts';
import { balance, type Downstream, type UpstreamCounts } from './balance';

/**
 * Two partitions. All 10 events came in at partition 0: one is a dead letter of ingest, one waits before ingest, two
 * wait before processing, and six were handed on, four of them to partition 1. Of those one waits before aggregation.
 */
const SENT: Readonly<Record<string, number>> = {
  'edge.received': 13,
  'edge.accepted': 10,
  'edge.duplicates': 2,
  'edge.rejected': 1,
  'edge.rejected:invalid_event': 1,
  'edge.refused': 4,
  'edge.refused:overloaded': 4,
  'ingest.in': 9,
  'ingest.out': 8,
  'ingest.dead': 1,
  'ingest.dead:unrecognised': 1,
  'processing.in': 6,
  'processing.out': 6,
  'processing.out:0': 2,
  'processing.out:1': 4,
};

interface Cut {
  /** Counters of partition 0 in place of those of `SENT`. */
  readonly sent?: Readonly<Record<string, number>>;
  readonly pendingIngest?: number;
  readonly pendingProcessing?: number;
  /** What partition 1 has of the channel from 0, and how much of it waits. */
  readonly received?: number;
  readonly pending?: number;
  readonly cursor?: string;
  readonly counted?: Readonly<Record<string, number>>;
}

const none = { received: 0, cursor: '0-0' };
const counters = (values: Readonly<Record<string, number>>) => new Map(Object.entries(values));

function ledgerOf({
  sent = {},
  pendingIngest = 1,
  pendingProcessing = 2,
  received = 4,
  pending = 1,
  cursor = '9-0',
  counted = {},
}: Cut = {}): Ledger {
  const downstream: Downstream[] = [
    {
      pending: 0,
      counters: counters({ 'aggregation.in': 2, 'aggregation.out': 2 }),
      channels: [{ received: 2, cursor: '9-0' }, none],
    },
    {
      pending,
      counters: counters({ 'aggregation.in': 3, 'aggregation.out': 3, 'aggregation.late': 1, ...counted }),
      channels: [{ received, cursor }, none],
    },
  ];
  const upstream: UpstreamCounts[] = [
    { pendingIngest, pendingProcessing, counters: counters({ ...SENT, ...sent }), cursor: '9-0' },
    { pendingIngest: 0, pendingProcessing: 0, counters: new Map(), cursor: '0-0' },
  ];
  return balance(downstream, upstream, 7);
}

const stageOf = (ledger: Ledger, name: string) => ledger.stages.find(({ stage }) => stage === name);

describe('the ledger', () => {
  it('closes where every event is in one place', () => {
    const ledger = ledgerOf();
    expect(ledger).toEqual({
      revision: 7,
      balanced: true,
      edge: {
        received: 13,
        accepted: 10,
        duplicates: 2,
        rejected: { total: 1, byReason: { invalid_event: 1 } },
        requestsRefused: { total: 4, byReason: { overloaded: 4 } },
      },
      stages: [
        { stage: 'ingest', in: 9, out: 8, deadLettered: 1, byReason: { unrecognised: 1 }, pending: 1 },
        { stage: 'processing', in: 6, out: 6, deadLettered: 0, byReason: {}, pending: 2 },
        { stage: 'aggregation', in: 5, out: 5, deadLettered: 0, byReason: {}, pending: 1 },
      ],
      aggregated: 5,
      late: 1,
      future: 0,
      deadLettered: 1,
      inFlight: 4,
    });
  });

  it('of a system without events closes', () => {
    expect(balance([], [], 0)).toMatchObject({ balanced: true, aggregated: 0, inFlight: 0 });
  });

  it.each<[string, Cut]>([
    ['the edge lost an event it received', { sent: { 'edge.received': 14 } }],
    ['an accepted event is in no entry', { pendingIngest: 0 }],
    ['an event is in two entries', { pendingIngest: 2 }],
    ['ingest took more than came out of it', { sent: { 'ingest.out': 7 } }],
    ['an entry before processing was lost', { pendingProcessing: 1 }],
    ['an entry before aggregation was lost', { pending: 0 }],
    ['an event was aggregated twice', { counted: { 'aggregation.in': 4, 'aggregation.out': 4 } }],
    ['a dead letter was counted and its event went on', { sent: { 'ingest.dead': 2 } }],
  ])('does not close when %s', (_what, cut) => {
    expect(ledgerOf(cut).balanced).toBe(false);
  });
});

describe('a channel whose ends were read apart', () => {
  it('closes where the receiver already has what the sender has not committed', () => {
    const ledger = ledgerOf({ received: 6, pending: 3, cursor: '9-1' });
    expect(ledger.balanced).toBe(true);
    expect(stageOf(ledger, 'processing')?.pending).toBe(0);
    expect(ledger.inFlight).toBe(4);
  });

  it('closes where the sender committed after its receiver was read', () => {
    const ledger = ledgerOf({ received: 3, pending: 0, cursor: '8-0' });
    expect(ledger.balanced).toBe(true);
    expect(stageOf(ledger, 'processing')?.pending).toBe(3);
    expect(ledger.inFlight).toBe(4);
  });

  it('compares cursors as numbers', () => {
    expect(ledgerOf({ received: 6, pending: 3, cursor: '10-0' }).balanced).toBe(true);
  });
});

describe('an append that a channel lost', () => {
  it('shows once the receiver has all that the sender committed', () => {
    expect(ledgerOf({ received: 3, pending: 0 }).balanced).toBe(false);
  });

  it('shows where the receiver is ahead and has less', () => {
    expect(ledgerOf({ received: 3, pending: 0, cursor: '10-0' }).balanced).toBe(false);
  });

  it('shows when it was made twice', () => {
    expect(ledgerOf({ received: 5, pending: 2 }).balanced).toBe(false);
    expect(ledgerOf({ received: 5, pending: 2, cursor: '8-0' }).balanced).toBe(false);
  });
});

describe('a redriven dead letter', () => {
  const redriven = {
    'ingest.redriven': 1,
    'ingest.redriven:unrecognised': 1,
  };

  it('is no dead letter any more: it waits before its stage again', () => {
    const ledger = ledgerOf({ sent: redriven, pendingIngest: 2 });
    expect(ledger).toMatchObject({ balanced: true, deadLettered: 0, inFlight: 5 });
    expect(stageOf(ledger, 'ingest')).toMatchObject({ deadLettered: 0, byReason: { unrecognised: 0 } });
  });

  it('that failed again is one again', () => {
    const again = { 'ingest.in': 10, 'ingest.dead': 2, 'ingest.dead:unrecognised': 2 };
    expect(ledgerOf({ sent: { ...redriven, ...again } })).toMatchObject({ balanced: true, deadLettered: 1 });
  });

  it('that was put back nowhere shows', () => {
    expect(ledgerOf({ sent: redriven }).balanced).toBe(false);
  });
});
