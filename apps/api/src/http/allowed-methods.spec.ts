import { AllowedMethods } from './allowed-methods';

describe('AllowedMethods', () => {
  const allowed = new AllowedMethods();
  allowed.add('POST', '/api/v1/events');
  allowed.add('GET', '/api/v1/events');
  allowed.add('HEAD', '/api/v1/events');
  allowed.add('GET', '/api/v1/events/:id/trace');
  allowed.add('GET', '/*');

  it('names the methods of an address, sorted', () => {
    expect(allowed.of('/api/v1/events')).toEqual(['GET', 'HEAD', 'POST']);
  });

  it('fills in parameters, one segment each', () => {
    expect(allowed.of('/api/v1/events/a-1/trace')).toEqual(['GET']);
    expect(allowed.of('/api/v1/events/a/b/trace')).toEqual([]);
  });

  it('knows nothing of an address that only a wildcard takes', () => {
    expect(allowed.of('/other')).toEqual([]);
  });
});
