import * as fc from 'fast-check';
import { anEvent } from '@watchfloor/contracts/testing';
import { decodeBatch } from '../batch-codec';
import type { DeadLetter } from '../entry';
import { partitionOf } from '../partitioning';
import { keptText, poisonLetter } from './dead-letter';
import { formatLetterId, parseLetterId } from './letter-id';
import { redrive, redrivenId, type RedriveContext } from './redrive';

const AT = Date.parse('2026-01-05T10:00:30.000Z');
const letter: DeadLetter = {
  reason: 'poison',
  detail: 'a fault',
  dataset: 'watchfloor',
  entry: '1-0',
  row: 3,
  timeline: 'live',
  at: AT,
  eventId: 'event-1',
};
const context: RedriveContext = { stage: 'processing', partition: 0, partitions: 1, now: AT + 1_000 };

describe('the id of a redriven event', () => {
  it('counts how often it went back', () => {
    expect(redrivenId('a')).toBe('a-r1');
    expect(redrivenId('a-r1')).toBe('a-r2');
    expect(redrivenId('a-r9')).toBe('a-r10');
  });

  it('is a valid id and another one, however long the old one is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/), (id) => {
        expect(redrivenId(id)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
        expect(redrivenId(id)).not.toBe(id);
      }),
    );
  });
});

describe('the id of a dead letter', () => {
  it('names its place', () => {
    expect(parseLetterId(formatLetterId({ partition: 7, entry: '12-3' }), 8)).toEqual({
      partition: 7,
      entry: '12-3',
    });
  });

  it.each(['8-1-0', '1-0', '1-+', '-1-1-0', '1-1-0 ', '1-(1-0', ''])('is refused as %j', (id) => {
    expect(parseLetterId(id, 8)).toBeUndefined();
  });
});

describe('kept text', () => {
  it('is marked as cut where it is longer than 4 KiB of UTF-8', () => {
    expect(keptText('é'.repeat(2_048))).toEqual({ raw: 'é'.repeat(2_048) });
    expect(keptText('é'.repeat(2_049))).toEqual({ raw: 'é'.repeat(2_048), cut: true });
  });
});

describe('redriving a letter of processing', () => {
  const raw = JSON.stringify(anEvent());

  it('makes a batch of the one event, under its new id', () => {
    const entry = redrive({ ...letter, raw }, undefined, context);
    if ('refused' in entry) throw new Error(entry.refused);
    expect(entry.meta).toEqual({
      at: AT,
      ingestedAt: AT + 1_000,
      highest: Date.parse('2026-01-05T10:00:00.000Z'),
    });
    const { times, events, future } = decodeBatch(entry.body);
    expect([...times]).toEqual([Date.parse('2026-01-05T10:00:00.000Z')]);
    expect(events).toEqual([anEvent({ event: { ...anEvent().event, id: 'event-1-r1' } })]);
    expect(future).toEqual([]);
  });

  it('moves no watermark with an event far ahead of its arrival', () => {
    const ahead = JSON.stringify(anEvent({ '@timestamp': '2026-01-05T11:00:00.000Z' }));
    const entry = redrive(letter, ahead, context);
    if ('refused' in entry) throw new Error(entry.refused);
    expect(entry.meta).toMatchObject({ highest: -1 });
    expect(decodeBatch(entry.body).future).toEqual([0]);
  });

  it('moves time no further than its arrival, on a timeline of its own as far as it says', () => {
    const ahead = JSON.stringify(anEvent({ '@timestamp': '2026-01-05T10:04:00.000Z' }));
    const [live, recorded] = ['live', 'replay'].map((timeline) =>
      redrive({ ...letter, timeline }, ahead, context),
    );
    expect(live).toMatchObject({ meta: { highest: AT } });
    expect(recorded).toMatchObject({ meta: { highest: Date.parse('2026-01-05T10:04:00.000Z') } });
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['without a category', '{"@timestamp":"2026-01-05T11:00:00.000Z","event":{}}'],
    [
      'a forbidden key',
      '{"@timestamp":"2026-01-05T11:00:00.000Z","event":{"category":["web"]},"__proto__":{}}',
    ],
  ])('refuses a text that is %s', (_, text) => {
    expect(redrive(letter, text, context)).toMatchObject({ refused: 'invalid_raw' });
  });

  it('asks for the text where only its beginning is kept', () => {
    expect(redrive({ ...letter, raw, cut: true }, undefined, context)).toEqual({ refused: 'raw_required' });
    expect(redrive({ ...letter, raw: '{', cut: true }, raw, context)).not.toHaveProperty('refused');
  });

  it('takes back what the stage itself rejected', () => {
    const entry = {
      id: '1-0',
      timeline: 'day',
      meta: JSON.stringify({ at: AT, ingestedAt: AT, highest: 1 }),
    };
    const poisoned = poisonLetter(anEvent(), entry, 0, new Error('no table'));
    expect(poisoned).toMatchObject({ timeline: 'day', at: AT, detail: 'no table' });
    expect(redrive(poisoned, undefined, context)).not.toHaveProperty('refused');
  });
});

describe('redriving a letter of aggregation', () => {
  const partitions = 8;
  const partition = partitionOf('203.0.113.7', partitions);
  const keyed: RedriveContext = { stage: 'aggregation', partition, partitions, now: AT };

  it('says nothing about event time, since no channel brought it', () => {
    expect(redrive(letter, JSON.stringify(anEvent()), keyed)).toMatchObject({ meta: { highest: -1 } });
    expect(redrive(letter, JSON.stringify(anEvent()), keyed)).not.toHaveProperty('meta.from');
  });

  it('refuses a source that belongs to another partition', () => {
    const elsewhere = Array.from({ length: 100 }, (_, i) => `198.18.0.${i}`).find(
      (ip) => partitionOf(ip, partitions) !== partition,
    );
    expect(elsewhere).toBeDefined();
    const moved = JSON.stringify(anEvent({ source: { ip: elsewhere ?? '' } }));
    expect(redrive(letter, moved, keyed)).toMatchObject({ refused: 'invalid_raw' });
  });
});

describe('redriving a letter of ingest', () => {
  const ingest: RedriveContext = { ...context, stage: 'ingest' };
  const line: DeadLetter = { ...letter, dataset: 'openssh', reason: 'unrecognised', told: { year: 2020 } };

  it('sends the line to be read as it was at first', () => {
    const entry = redrive({ ...line, raw: 'a line' }, undefined, ingest);
    expect(entry).toMatchObject({
      eventId: 'event-1-r1',
      meta: { codec: 'lines', dataset: 'openssh', at: AT, eventId: 'event-1-r1', year: 2020 },
      body: Buffer.from('a line'),
    });
  });

  it.each([
    ['no line', ''],
    ['two lines', 'a\nb'],
  ])('refuses %s: one letter is one event', (_, text) => {
    expect(redrive(line, text, ingest)).toMatchObject({ refused: 'invalid_raw' });
  });
});
