import { anEvent } from '@watchfloor/contracts/testing';
import { createSitePlan, DEFAULT_SITE } from './site-plan';

const home = { name: 'Vienna', lat: 48.21, lon: 16.37 };
const targetOf = createSitePlan(home);

test('a destination that has a place is its own target', () => {
  const geo = { location: { lat: 1.5, lon: 2.5 }, city_name: 'Somewhere', precision: 'city' } as const;
  expect(targetOf(anEvent({ destination: { ip: '1.1.1.1', geo } }))).toEqual({
    name: 'Somewhere',
    lat: 1.5,
    lon: 2.5,
  });
});

test.each([
  ['eu-central-web-1', 'eu-central'],
  ['web-1.us-east', 'us-east'],
  ['AP-SOUTH-db', 'ap-south'],
  ['ap-southeast-1.example.net', 'ap-southeast'],
  ['us-east', 'us-east'],
  ['bus-east-1', 'Vienna'],
  ['us-eastern', 'Vienna'],
  ['gate-1', 'Vienna'],
])('host %s stands at %s, every time', (name, site) => {
  expect(targetOf(anEvent({ host: { name } })).name).toBe(site);
  expect(targetOf(anEvent({ host: { name } })).name).toBe(site);
});

test('a private destination goes by its host, and without one to the home site', () => {
  const { host: _host, ...event } = anEvent({ destination: { ip: '10.0.0.1', domain: 'us-west-db' } });
  expect(targetOf(event).name).toBe('us-west');
  expect(createSitePlan()({ ...event, destination: { ip: '10.0.0.1' } })).toBe(DEFAULT_SITE);
});
