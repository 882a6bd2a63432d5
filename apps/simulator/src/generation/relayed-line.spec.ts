import { relayedLine } from './relayed-line';
import { linesOf, requestFor } from './testing';

describe('relayedLine', () => {
  it('names the host of lines of nginx in a syslog header, and leaves all others as they are', () => {
    const lines = linesOf(requestFor('benign-background'));
    for (const line of lines) {
      const relayed = relayedLine(line);
      if (line.lane.dataset !== 'nginx.access') expect(relayed).toBe(line.text);
      else
        expect(relayed).toMatch(/^Mar {2}2 09:\d\d:\d\d web0\d\.example nginx: 198\.1[89]\..+ "(GET|POST) /);
    }
    expect(lines.filter(({ lane }) => lane.dataset === 'nginx.access').length).toBeGreaterThan(100);
  });
});
