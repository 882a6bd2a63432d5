import { addressIn, BLOCKS, placeOf, type Geo, type NormalisedEvent } from '@watchfloor/contracts';
import { anEvent } from '@watchfloor/contracts/testing';
import fc from 'fast-check';
import type { AddressLookup, Network } from './address-place';
import { createEnricher } from './enrich';

/** Answers whatever it is asked and remembers it: what must not be looked up shows. */
function answering<T>(answer: T): AddressLookup<T> & { asked: number } {
  const lookup = {
    asked: 0,
    ofIpv4: () => ((lookup.asked += 1), answer),
    ofIpv6: () => ((lookup.asked += 1), answer),
  };
  return lookup;
}

const geo: Geo = Object.freeze({ country_iso_code: 'AU', city_name: 'Sydney', precision: 'city' });
const as: Network = Object.freeze({ number: 64_500 });
const withTables = () => ({ geo: answering(geo), networks: answering(as) });
const between = (source: string | undefined, destination: string | undefined): NormalisedEvent => {
  const { host: _host, source: _source, ...event } = anEvent();
  return {
    ...event,
    ...(source !== undefined && { source: { ip: source } }),
    ...(destination !== undefined && { destination: { ip: destination } }),
  };
};

test('a public source and destination get place and network', () => {
  const event = between('1.1.1.1', '2a00:1450::1');
  createEnricher(withTables())(event);
  expect(event.source).toEqual({ ip: '1.1.1.1', geo, as });
  expect(event.destination).toEqual({ ip: '2a00:1450::1', geo, as });
});

test.each([
  '192.168.1.1',
  '10.0.0.1',
  '172.16.0.1',
  '127.0.0.1',
  '169.254.1.1',
  '100.64.0.1',
  '192.0.2.1',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  'fe80::1',
  'fd00::1',
  'ff02::1',
  '3fff::1',
  '::ffff:192.168.1.1',
  'not-an-address',
])('no database is asked about %s', (ip) => {
  const tables = withTables();
  const event = between(ip, ip);
  createEnricher(tables)(event);
  expect(tables.geo.asked + tables.networks.asked).toBe(0);
  expect(event.source?.geo).toBeUndefined();
  expect(event.source?.as).toBeUndefined();
});

test('a simulated source is at its place of the plan, is marked, and no database is asked', () => {
  fc.assert(
    fc.property(fc.nat(BLOCKS - 1), fc.nat(255), fc.boolean(), (block, host, ipv6) => {
      const ip = ipv6 ? `2001:db8:${block.toString(16)}::${host.toString(16)}` : addressIn(block, host);
      const tables = withTables();
      const event = between(ip, '10.0.0.1');
      createEnricher(tables)(event);
      const place = placeOf(ip);
      expect(event.source?.geo).toEqual({
        location: { lat: place?.lat, lon: place?.lon },
        country_iso_code: place?.country,
        country_name: place?.countryName,
        city_name: place?.city,
        precision: 'synthetic',
      });
      expect(event.source?.as?.number).toBe(place?.asn);
      expect(event.labels).toEqual({ synthetic: 'true' });
      expect(tables.geo.asked).toBe(0);
    }),
  );
});

test('a claimed place of a simulated address is replaced, of a real one kept', () => {
  const claimed: Geo = { country_iso_code: 'FR', precision: 'city' };
  const enrich = createEnricher(withTables());
  const simulated = anEvent({ source: { ip: '198.18.0.1', geo: claimed } });
  const real = anEvent({ source: { ip: '1.1.1.1', geo: claimed } });
  enrich(simulated);
  enrich(real);
  expect(simulated.source?.geo?.precision).toBe('synthetic');
  expect(real.source?.geo).toEqual(claimed);
});

test('a real source is not marked as simulated, and other labels stay', () => {
  const enrich = createEnricher({});
  const real = anEvent({ source: { ip: '1.1.1.1' } });
  const simulated = anEvent({ source: { ip: '198.19.0.1' }, labels: { run: 'a' } });
  enrich(real);
  enrich(simulated);
  expect(real.labels).toBeUndefined();
  expect(simulated.labels).toEqual({ run: 'a', synthetic: 'true' });
});

test('an event without a source is marked by a host that nobody can have', () => {
  const enrich = createEnricher({});
  const labelsOn = (name: string, source?: { ip: string }) => {
    const { source: _none, ...event } = anEvent({ host: { name } });
    const told = source ? { ...event, source } : event;
    enrich(told);
    return told.labels;
  };
  expect(labelsOn('app01.example')).toEqual({ synthetic: 'true' });
  expect(labelsOn('app01.example.org')).toBeUndefined();
  expect(labelsOn('app01.example', { ip: '1.1.1.1' })).toBeUndefined();
});

test.each([
  ['10.0.0.1', '192.168.0.1', 'internal'],
  ['10.0.0.1', '1.1.1.1', 'outbound'],
  ['1.1.1.1', '10.0.0.1', 'inbound'],
  ['198.18.0.1', 'fd00::1', 'inbound'],
  ['1.1.1.1', '8.8.8.8', 'external'],
  ['10.0.0.1', '224.0.0.1', undefined],
  ['0.0.0.0', '10.0.0.1', undefined],
  ['nonsense', '10.0.0.1', undefined],
  ['1.1.1.1', undefined, undefined],
])('from %s to %s is %s', (source, destination, direction) => {
  const event = between(source, destination);
  createEnricher({})(event);
  expect(event.network?.direction).toBe(direction);
});

test('a log without a destination is about the host that wrote it', () => {
  const event = anEvent({ source: { ip: '1.1.1.1' }, host: { name: 'gate-1' } });
  createEnricher({})(event);
  expect(event.network?.direction).toBe('inbound');
});

test('direction and protocol that the event names are kept', () => {
  const event = { ...between('1.1.1.1', '10.0.0.1'), network: { direction: 'ingress', protocol: 'http' } };
  event.destination = { ip: '10.0.0.1', port: 22 };
  createEnricher({})(event);
  expect(event.network).toEqual({ direction: 'ingress', protocol: 'http' });
});

test('a well-known destination port names the protocol, any other does not', () => {
  const known = anEvent({ destination: { ip: '10.0.0.1', port: 22 } });
  const unknown = anEvent({ destination: { ip: '10.0.0.1', port: 50_123 } });
  const enrich = createEnricher({});
  enrich(known);
  enrich(unknown);
  expect(known.network?.protocol).toBe('ssh');
  expect(unknown.network?.protocol).toBeUndefined();
});

test('related addresses hold each end once, after those that were there, within the limit', () => {
  const event = between('1.1.1.1', '1.1.1.1');
  event.related = { ip: ['9.9.9.9'], user: ['root'] };
  const full = between('1.1.1.1', '8.8.8.8');
  full.related = { ip: Array.from({ length: 63 }, (_, at) => `10.0.0.${at}`) };
  const enrich = createEnricher({});
  enrich(event);
  enrich(full);
  expect(event.related).toEqual({ ip: ['9.9.9.9', '1.1.1.1'], user: ['root'] });
  expect(full.related.ip).toHaveLength(64);
});

test('an event without ends stays as it is', () => {
  const event = between(undefined, undefined);
  createEnricher(withTables())(event);
  expect(event).toEqual(between(undefined, undefined));
});

test('enriching twice changes nothing more', () => {
  const ip = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom('198.18.3.4', '2001:db8::1', '10.1.1.1', '::ffff:1.1.1.1'),
  );
  fc.assert(
    fc.property(ip, ip, (source, destination) => {
      const enrich = createEnricher(withTables());
      const event = between(source, destination);
      enrich(event);
      const once = structuredClone(event);
      enrich(event);
      expect(event).toEqual(once);
    }),
  );
});
