import { anEvent } from '@watchfloor/contracts/testing';
import { binaryEnvelope } from './cloud-event';
import { TOO_DEEP } from './decode-events';
import { judgeEvents } from './judge-events';

const identities = { idPrefix: 'prefix', cloudEventId: (source: string, id: string) => `${source}_${id}` };
const at = '2026-01-05T10:00:00.000Z';
const nameless = () => ({ '@timestamp': at, event: { category: ['network'] } });
const envelope = (over: object = {}) => ({
  specversion: '1.0',
  id: '7',
  source: 'sensor',
  type: 'flow',
  data: nameless(),
  ...over,
});

describe('the events of a request', () => {
  it('keep their ids, and get one from the request and their place where they have none', () => {
    const { events } = judgeEvents([anEvent(), nameless(), nameless()], false, identities);
    expect(events.map(({ event }) => event.id)).toEqual(['event-1', 'prefix-1', 'prefix-2']);
  });

  it('are refused one by one, each with its place in the request', () => {
    const { events, errors } = judgeEvents([nameless(), {}, TOO_DEEP, nameless()], false, identities);
    expect(events.map(({ event }) => event.id)).toEqual(['prefix-0', 'prefix-3']);
    expect(errors.map(({ index, code }) => [index, code])).toEqual([
      [1, 'missing_field'],
      [2, 'too_deep'],
    ]);
  });
});

describe('a CloudEvent', () => {
  const judged = (cloudEvent: unknown) => judgeEvents([cloudEvent], true, identities);

  it('gives its event the id that source and id make, whatever it called itself', () => {
    for (const data of [
      nameless(),
      anEvent(),
      { '@timestamp': at, 'event.category': 'web', 'event.id': 'x' },
    ]) {
      expect(judged(envelope({ data })).events.map(({ event }) => event.id)).toEqual(['sensor_7']);
    }
  });

  it('gives its event its time where that has none', () => {
    const data = { event: { category: ['network'] } };
    expect(judged(envelope({ time: '2026-01-05T11:00:00+01:00', data })).events).toMatchObject([
      { '@timestamp': at },
    ]);
  });

  it('may have extension attributes and any JSON type of data', () => {
    const extended = envelope({
      traceparent: '00-x',
      datacontenttype: 'application/vnd.ecs+json; charset=utf-8',
    });
    expect(judged(extended).errors).toEqual([]);
  });

  it.each([
    ['a version that is not 1.0', { specversion: '0.3' }, 'invalid_cloudevent'],
    ['no version', { specversion: undefined }, 'invalid_cloudevent'],
    ['no id', { id: undefined }, 'invalid_cloudevent'],
    ['an empty source', { source: '' }, 'invalid_cloudevent'],
    ['a type that is a number', { type: 5 }, 'invalid_cloudevent'],
    ['data of another type', { datacontenttype: 'text/xml' }, 'invalid_cloudevent'],
    ['no data', { data: undefined }, 'invalid_cloudevent'],
    ['data that is a list', { data: [nameless()] }, 'invalid_cloudevent'],
    ['data that is no event', { data: {} }, 'missing_field'],
  ])('is refused with %s', (_, over, code) => {
    expect(judged(envelope(over)).errors).toMatchObject([{ index: 0, code }]);
  });
});

describe('a binary CloudEvent', () => {
  it('carries its attributes in header fields, percent-encoded', () => {
    const headers = { 'ce-specversion': '1.0', 'ce-id': '7', 'ce-source': 's%C3%A9nsor', host: 'x' };
    expect(binaryEnvelope(headers)).toEqual({ specversion: '1.0', id: '7', source: 'sénsor' });
  });

  it('keeps the writing of a value that is not percent-encoded', () => {
    expect(binaryEnvelope({ 'ce-specversion': '1.0', 'ce-id': '100%' })).toMatchObject({ id: '100%' });
  });

  it('is none without ce-specversion', () => {
    expect(binaryEnvelope({ 'ce-id': '7' })).toBeUndefined();
  });
});
