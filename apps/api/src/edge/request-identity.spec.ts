import { identityOf } from './request-identity.store';

describe('the prefix of the ids that a request mints', () => {
  it('is the same for the same key and another for any other', () => {
    const prefixes = ['run-1', 'run-2', 'run', 'run-1-1', 'other-1', 'run-01'].map(
      (key) => identityOf(key).idPrefix,
    );
    expect(identityOf('run-1').idPrefix).toBe(prefixes[0]);
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  it('keeps the number of a request in its run, so that the ids of a run have its order', () => {
    const [first, second] = ['run-1', 'run-1001'].map((key) => identityOf(key).idPrefix);
    expect(first).toMatch(/-1$/);
    expect(second).toBe(first?.replace(/-1$/, '-1001'));
  });

  it('leaves room for the number of a line within the length of an id', () => {
    const { idPrefix } = identityOf(`${'x'.repeat(200)}-${'9'.repeat(15)}`);
    expect(`${idPrefix}-9999-r99`).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });
});
