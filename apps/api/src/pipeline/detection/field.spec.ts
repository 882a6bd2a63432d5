import { anEvent } from '@watchfloor/contracts/testing';
import { EventView } from './event-view';
import { compileField } from './field';

const [source, destination] = [compileField('source.scope'), compileField('destination.scope')];

function scopes(from: string, to: string, direction?: string): unknown[] {
  const network = direction === undefined ? {} : { network: { direction } };
  const view = new EventView().of(anEvent({ source: { ip: from }, destination: { ip: to }, ...network }));
  return [source(view), destination(view)];
}

describe('the side of an end', () => {
  it.each([
    ['10.0.0.5', '198.51.100.9', undefined, 'internal', 'external'],
    ['198.51.100.9', 'fd00::5', undefined, 'external', 'internal'],
    ['198.51.100.5', '198.51.100.9', 'outbound', 'internal', 'external'],
    ['198.51.100.5', '198.51.100.9', 'inbound', 'external', 'internal'],
    ['198.51.100.5', '198.51.100.9', 'internal', 'internal', 'internal'],
    ['10.0.0.5', '10.0.0.6', 'external', 'external', 'external'],
    ['10.0.0.5', '198.51.100.9', 'egress', 'internal', 'external'],
  ])('from %s to %s, direction %s: %s and %s', (from, to, direction, ...expected) => {
    expect(scopes(from, to, direction)).toEqual(expected);
  });

  it('is not known of an end without an address', () => {
    const { source: _source, destination: _destination, ...nowhere } = anEvent();
    const view = new EventView().of({ ...nowhere, network: { direction: 'outbound' } });
    expect([source(view), destination(view)]).toEqual([undefined, undefined]);
  });
});
