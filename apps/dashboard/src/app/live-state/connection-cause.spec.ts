import { connectionCause } from './connection-cause';

const open = { phase: 'open', closeCode: null } as const;
const waiting = { phase: 'waiting', closeCode: 1006 } as const;

describe('the cause of silence', () => {
  it('names the part of the server that is down', () => {
    expect(connectionCause(open, { kind: 'not-ready', failing: ['redis'] })).toContain('not ready: redis');
  });

  it('tells a server that is gone from one whose live connection is silent', () => {
    expect(connectionCause(waiting, { kind: 'unreachable' })).toContain('does not answer');
    expect(connectionCause(waiting, { kind: 'ready' })).toContain('live connection is not');
    expect(connectionCause(open, { kind: 'ready' })).toContain('sends no frames');
  });

  it('says when it will not be tried again', () => {
    expect(connectionCause({ phase: 'refused', closeCode: 1008 }, null)).toContain('code 1008');
  });
});
