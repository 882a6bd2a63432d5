import { createSitePlan, DEFAULT_SITE } from './site-plan';

const home = { name: 'Vienna', lat: 48.21, lon: 16.37 };
const siteOf = createSitePlan(home);

test('a destination that has a place is its own target', () => {
  expect(siteOf({ location: { lat: 1.5, lon: 2.5 } }, 'us-east')).toEqual({ lat: 1.5, lon: 2.5 });
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
  expect(siteOf(undefined, name)).toMatchObject({ name: site });
  expect(siteOf({ country_iso_code: 'AU' }, name)).toMatchObject({ name: site });
});

test('a target without a name is at the home site', () => {
  expect(createSitePlan()(undefined, undefined)).toBe(DEFAULT_SITE);
});
