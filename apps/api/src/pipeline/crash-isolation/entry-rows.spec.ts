import { anEvent } from '@watchfloor/contracts/testing';
import { decodeBatch, encode, encodeBatch } from '../batch-codec';
import type { RawMeta } from '../entry';
import { ingest } from '../ingest/ingest';
import type { SegmentEntry } from '../segment';
import { rowsOf } from './entry-rows';

const NOW = Date.parse('2026-01-05T10:00:30.000Z');
const line = (user: string): string =>
  `2026-01-05T10:00:00Z gate-1 sshd[7]: Failed password for ${user} from 198.18.0.1 port 50022 ssh2`;

function rawEntry(over: Partial<RawMeta>, body: Buffer, events: number): SegmentEntry {
  const meta: RawMeta = { codec: 'lines', dataset: 'openssh', at: NOW, idPrefix: 'p', host: 'own', ...over };
  return { id: '5-0', events, timeline: 'live', meta: JSON.stringify(meta), body };
}

/** Ids of the events that ingest makes of an entry, and rows of its dead letters. */
function read(entry: SegmentEntry): { ids: (string | undefined)[]; rows: number[] } {
  const order = { stage: 'ingest', partition: 0, base: '0-0', to: entry.id } as const;
  const { outputs, deadLetters } = ingest(
    { order, entries: [entry], watermarks: new Map(), channels: new Map() },
    { now: NOW, partitions: 1 },
  );
  const ids = outputs.flatMap(({ body }) => [...decodeBatch(body).events].map(({ event }) => event.id));
  return { ids, rows: deadLetters.map(({ row }) => row) };
}

describe('the rows of lines', () => {
  const text = `${line('a')}\r\n${line('b')}\n\n${line('c')}`;
  const rows = rowsOf('ingest', rawEntry({}, Buffer.from(text), 4));

  it('are counted as ingest counts them', () => {
    expect(rows.count).toBe(4);
    expect(read(rows.first(4)).ids).toEqual(['p-0', 'p-1', 'p-3']);
  });

  it('end before a row', () => {
    expect(read(rows.first(1)).ids).toEqual(['p-0']);
    expect(read(rows.first(0)).ids).toEqual([]);
  });

  it('keep their numbers, and so their ids, when one is taken out', () => {
    expect(read(rows.without(new Set([1]))).ids).toEqual(['p-0', 'p-3']);
    expect(read(rows.without(new Set([3]))).ids).toEqual(['p-0', 'p-1']);
  });

  it('have a dead letter with their text and what the request said of them', () => {
    expect(rows.letter(0)).toMatchObject({
      reason: 'crashed_worker',
      raw: line('a'),
      eventId: 'p-0',
      row: 0,
      dataset: 'openssh',
      told: { host: 'own' },
      at: NOW,
    });
  });
});

describe('the rows of events', () => {
  const events = ['a', 'b', 'c'].map((id) => anEvent({ event: { id, category: ['network'] } }));
  const rows = rowsOf('ingest', rawEntry({ codec: 'events', skip: [0] }, encode(events), 2));

  it('end before a row, and those that are no part of the entry stay out of it', () => {
    expect(rows.count).toBe(3);
    expect(read(rows.first(2)).ids).toEqual(['b']);
  });

  it('are taken out without a dead letter of their own', () => {
    expect(read(rows.without(new Set([1])))).toEqual({ ids: ['c'], rows: [] });
    expect(rows.letter(1)).toMatchObject({ reason: 'crashed_worker', eventId: 'b', row: 1 });
  });
});

describe('the rows of a batch', () => {
  const events = ['a', 'b', 'c', 'd'].map((id) => anEvent({ event: { id, category: ['network'] } }));
  const body = encodeBatch({ times: [1, 2, 3, 4], events, future: [1, 3] });
  const entry = {
    id: '5-0',
    events: 4,
    timeline: 'live',
    meta: JSON.stringify({ at: NOW, highest: -1 }),
    body,
  };
  const rows = rowsOf('processing', entry);
  const read = ({ body: bytes }: SegmentEntry) => {
    const { times, events: kept, future } = decodeBatch(bytes);
    return { times: [...times], ids: [...kept].map(({ event }) => event.id), future: future && [...future] };
  };

  it('keep their times and which of them are from the future', () => {
    expect(read(rows.first(2))).toEqual({ times: [1, 2], ids: ['a', 'b'], future: [1] });
    expect(read(rows.without(new Set([1, 2])))).toEqual({ times: [1, 4], ids: ['a', 'd'], future: [1] });
    expect(read(rows.without(new Set([1, 3])))).toEqual({
      times: [1, 3],
      ids: ['a', 'c'],
      future: [],
    });
  });

  it('are none in an entry without events', () => {
    expect(rowsOf('aggregation', { ...entry, events: 0, body: Buffer.alloc(0) }).count).toBe(0);
  });
});
