import { createLineReader, LONGEST_LINE } from './normalise';
import { aContext, eventOf, readLine } from './testing';

const LINE = 'Jan  5 10:00:00 gate-1 sshd[42]: Invalid user a from 203.0.113.7 port 1';
const padded = (bytes: number, filler = 'x') =>
  `${LINE} `.padEnd(
    `${LINE} `.length + Math.floor((bytes - LINE.length - 1) / Buffer.byteLength(filler)),
    filler,
  );

describe('line reader', () => {
  it.each(['', '   ', '\t', '\r', '\ufeff'])('takes %j for no event', (line) => {
    expect(readLine('openssh', line)).toMatchObject({ rejected: { reason: 'not_an_event' } });
  });

  it('reads a line with a byte order mark and a carriage return like one without', () => {
    expect(eventOf('openssh', `\ufeff${LINE}\r`)).toEqual(eventOf('openssh', LINE));
  });

  it('reads a line of 64 KiB and rejects a longer one', () => {
    expect(readLine('openssh', padded(LONGEST_LINE))).toHaveProperty('event');
    expect(readLine('openssh', `${padded(LONGEST_LINE)}x`)).toMatchObject({
      rejected: { reason: 'line_too_long' },
    });
  });

  it('counts the bytes of a line, not its characters', () => {
    expect(readLine('openssh', padded(LONGEST_LINE + 10, '\u20ac'))).toMatchObject({
      rejected: { reason: 'line_too_long' },
    });
    expect(readLine('openssh', padded(LONGEST_LINE - 10, '\u20ac'))).toHaveProperty('event');
  });

  it('keeps at most 4096 bytes of a line, and no part of a character', () => {
    const { event } = eventOf('openssh', padded(20_000, '\u20ac'));
    const original = event.original ?? '';
    expect(Buffer.byteLength(original)).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(original)).toBeGreaterThan(4092);
    expect(original.endsWith('\u20ac')).toBe(true);
  });

  it('cuts values to the limits of the schema', () => {
    const { user } = eventOf('openssh', LINE.replace('user a', `user ${'a'.repeat(3000)}`));
    expect(user?.name).toHaveLength(1024);
  });

  it('rejects a time before 1970, save for what a zone moves there', () => {
    expect(readLine('openssh', LINE.replace('Jan  5', 'Jan  5 1969'))).toMatchObject({
      rejected: { reason: 'invalid_timestamp' },
    });
    const early = createLineReader('openssh', aContext({ timezone: 'Asia/Tokyo', year: 1970 }));
    expect(early.read(LINE.replace('Jan  5 10', 'Jan  1 08'))).toMatchObject({
      event: { '@timestamp': '1969-12-31T23:00:00.000Z' },
    });
  });

  it('refuses a zone that does not exist', () => {
    expect(() => createLineReader('openssh', aContext({ timezone: 'Mars/Olympus' }))).toThrow(RangeError);
  });

  it('shares nothing between two readers', () => {
    const [one, other] = [
      createLineReader('openssh', { timezone: 'UTC' }),
      createLineReader('openssh', { timezone: 'UTC' }),
    ];
    one.read(LINE.replace('Jan  5', 'Dec  5'));
    one.read(LINE);
    expect(other.read(LINE)).toMatchObject({ event: { '@timestamp': '1970-01-05T10:00:00.000Z' } });
    expect(one.read(LINE)).toMatchObject({ event: { '@timestamp': '1971-01-05T10:00:00.000Z' } });
  });
});
