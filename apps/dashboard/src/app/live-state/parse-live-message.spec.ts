import { parseLiveMessage } from './parse-live-message';

const heartbeat = { type: 'heartbeat', epoch: 'a', revision: 7, at: 1 };

describe('a text frame of the live connection', () => {
  it('is a message when it has the form of one', () => {
    expect(parseLiveMessage(JSON.stringify(heartbeat))).toEqual(heartbeat);
  });

  it.each([
    ['no JSON', '{"type":"heart'],
    ['a type that the contract does not have', JSON.stringify({ ...heartbeat, type: 'greeting' })],
    ['a revision that is no number', JSON.stringify({ ...heartbeat, revision: '7' })],
    ['null', 'null'],
  ])('is nothing when it is %s', (_, text) => {
    expect(parseLiveMessage(text)).toBeNull();
  });

  it('is nothing when it is binary', () => {
    expect(parseLiveMessage(new ArrayBuffer(4))).toBeNull();
  });
});
