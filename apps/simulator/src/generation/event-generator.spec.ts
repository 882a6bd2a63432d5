import { createHash } from 'node:crypto';
import { readAddress } from '@watchfloor/contracts';
import { SCENARIO_NAMES } from '../scenarios/library';
import { IN_ORDER } from './disorder';
import { EventGenerator, nominalRate } from './event-generator';
import type { NativeLine } from './line-queue';
import { libraryPlan, linesOf, requestFor, START_MS } from './testing';

const sha256 = (lines: readonly NativeLine[]): string =>
  createHash('sha256')
    .update(lines.map(({ text }) => text).join('\n'))
    .digest('hex');

/** True for an address in 198.18.0.0/15 or 2001:db8::/32. */
function isSimulated(address: string): boolean {
  const words = new Uint32Array(4);
  const family = readAddress(address, words);
  return family === 4
    ? (words[0] ?? 0) >>> 17 === 0xc612_0000 >>> 17
    : family === 6 && words[0] === 0x2001_0db8;
}

describe('EventGenerator', () => {
  it.each([
    ['ssh-brute-force', '7807c31e96fd54185c16788d64f943fb903889adf2daa4a07c682f0a87c86a7d'],
    ['anomalous-network', '82a88d2b387e950591e63ddcb5a0428d315419df7cd7e57115370072ca916416'],
    ['demo', 'b0b32ce41d78ac5aea9462120636ec34056b8f332be1e1fabe8a88dc333f4baf'],
  ])('writes the same bytes for %s on every machine and Node version', (name, golden) => {
    const durationMs = 120_000;
    expect(sha256(linesOf(requestFor(name, { durationMs })))).toBe(golden);
  });

  it('writes the same lines whether it is asked for all at once or step by step', () => {
    const request = requestFor('demo');
    const lines: NativeLine[] = [];
    const generator = new EventGenerator(request);
    for (let untilUs = 0; !generator.finished; untilUs += 370_000)
      while (generator.generate(untilUs, (line) => lines.push(line), 17));
    expect(sha256(lines)).toBe(sha256(linesOf(request)));
  });

  it('writes other lines for another seed', () => {
    expect(sha256(linesOf(requestFor('ssh-brute-force', { seed: 8 })))).not.toBe(
      sha256(linesOf(requestFor('ssh-brute-force'))),
    );
  });

  it('leaves the lines of a scenario as they are when another runs beside it', () => {
    const alone = linesOf(requestFor('port-scan-vertical'));
    const scenarios = [libraryPlan('credential-stuffing'), libraryPlan('port-scan-vertical')];
    const together = linesOf(requestFor('demo', { scenarios })).filter(
      ({ truth }) => truth?.scenario === 'port-scan-vertical',
    );
    expect(together.map(({ text }) => text)).toEqual(alone.map(({ text }) => text));
  });

  it.each(SCENARIO_NAMES)(
    'keeps %s in order of time, within the run and in the simulated networks',
    (name) => {
      const lines = linesOf(requestFor(name, { linesPerSecond: 40, durationMs: 120_000 }));
      expect(lines.length).toBeGreaterThan(1_000);
      const startUs = START_MS * 1000;
      const wrong = lines.filter(
        ({ arrivalUs, eventUs, source }, at) =>
          arrivalUs < (lines[at - 1]?.arrivalUs ?? 0) ||
          eventUs - startUs !== arrivalUs ||
          arrivalUs >= 120_000_000 ||
          (source !== undefined && !isSimulated(source)),
      );
      expect(wrong).toEqual([]);
    },
  );

  it('repeats a scenario with other intruders and the same people until the run ends', () => {
    const lines = linesOf(requestFor('ssh-brute-force', { durationMs: 900_000 }));
    const attacks = new Map(lines.map(({ truth, source }) => [truth?.attack, source]));
    expect([...attacks.keys()]).toEqual(['ssh-brute-force-1', 'ssh-brute-force-2', 'ssh-brute-force-3']);
    expect(new Set(attacks.values()).size).toBe(3);
    const people = linesOf(requestFor('benign-background', { durationMs: 1_800_000, linesPerSecond: 20 }));
    const staff = people.filter(({ target }) => target === 'dns01.example').map(({ source }) => source);
    expect(new Set(staff).size).toBeLessThanOrEqual(48);
  });

  it('lets the people of the organisation be the same in every scenario', () => {
    const scenarios = [libraryPlan('insider-misuse'), libraryPlan('benign-background')];
    const logins = linesOf(requestFor('demo', { scenarios, durationMs: 400_000 })).flatMap(({ text }) => {
      const [, user, address] = /Accepted \S+ for (\S+) from (\S+) port/.exec(text) ?? [];
      return user === undefined || address === undefined ? [] : [[user, address] as const];
    });
    const addresses = new Map<string, Set<string>>();
    for (const [user, address] of logins)
      addresses.set(user, (addresses.get(user) ?? new Set()).add(address));
    expect(logins.length).toBeGreaterThan(50);
    expect([...addresses].filter(([, each]) => each.size > 1)).toEqual([]);
  });

  it.each([5, 200])('writes %i lines per second on average when asked to', (linesPerSecond) => {
    const scenarios = [libraryPlan('password-spraying'), libraryPlan('botnet-probing')];
    const lines = linesOf(requestFor('demo', { scenarios, linesPerSecond, durationMs: 300_000 }));
    expect(lines.length / 300 / linesPerSecond).toBeCloseTo(1, 1);
  });

  it('goes on at another rate from where the rate is changed', () => {
    const generator = new EventGenerator(
      requestFor('port-scan-horizontal', { durationMs: 120_000, linesPerSecond: 10 }),
    );
    const counts = [0, 0];
    generator.generate(60_000_000, () => (counts[0] = (counts[0] ?? 0) + 1));
    generator.setRate(100);
    generator.generate(Infinity, () => (counts[1] = (counts[1] ?? 0) + 1));
    expect((counts[0] ?? 0) / 600).toBeCloseTo(1, 1);
    expect((counts[1] ?? 0) / 6000).toBeCloseTo(1, 1);
  });

  it('attributes attacks and never the background', () => {
    const truths = new Map(
      linesOf(requestFor('demo', { durationMs: 120_000 })).map(({ truth }) => [
        truth?.scenario,
        truth?.technique,
      ]),
    );
    truths.delete(undefined);
    expect(truths.size).toBeGreaterThan(2);
    expect([...truths.values()].every((technique) => /^T\d{4}/.test(technique ?? ''))).toBe(true);
    expect(truths.has('benign-background')).toBe(false);
    expect(linesOf(requestFor('benign-background')).every(({ truth }) => truth === undefined)).toBe(true);
  });

  it('moves all later events when it is postponed', () => {
    const generator = new EventGenerator(requestFor('port-scan-horizontal'));
    generator.generate(30_000_000, () => undefined);
    generator.postpone(3_600_000);
    const lines: NativeLine[] = [];
    generator.generate(Infinity, (line) => lines.push(line));
    expect(lines.length).toBeGreaterThan(0);
    for (const { eventUs } of lines.slice(1))
      expect(eventUs).toBeGreaterThanOrEqual((START_MS + 3_600_000) * 1000 + 30_000_000);
  });

  it('goes on from the middle at the same times with the same actors', () => {
    const whole = linesOf(requestFor('port-scan-horizontal', { durationMs: 400_000 }));
    const rest = linesOf(requestFor('port-scan-horizontal', { durationMs: 400_000, skipMs: 250_000 }));
    expect(rest.length).toBeGreaterThan(100);
    const ends = whole.filter(({ arrivalUs }) => arrivalUs >= 250_000_000);
    expect(rest.map(({ arrivalUs, truth, source }) => [arrivalUs, truth, source])).toEqual(
      ends.map(({ arrivalUs, truth, source }) => [arrivalUs, truth, source]),
    );
  });

  it('knows the average rate of a run before it starts', () => {
    const scenarios = [libraryPlan('password-spraying')];
    expect(nominalRate(scenarios, 60_000)).toBeCloseTo(6, 6);
    expect(nominalRate(scenarios, 300_000)).toBeCloseTo((6 * 270) / 300, 6);
  });

  describe('with disorder', () => {
    const count = (lines: readonly NativeLine[]) => {
      const texts = lines.map(({ text }) => text);
      return { all: texts.length, distinct: new Set(texts).size };
    };
    const durationMs = 300_000;

    it('writes the share of lines twice that it is asked for', () => {
      const disorder = { ...IN_ORDER, duplicatedShare: 0.1 };
      const { all, distinct } = count(linesOf(requestFor('botnet-probing', { disorder, durationMs })));
      expect(all / distinct).toBeCloseTo(1.1, 1);
    });

    it('tears the share of lines that it is asked for and marks each', () => {
      const disorder = { ...IN_ORDER, malformedShare: 0.05 };
      const lines = linesOf(requestFor('botnet-probing', { disorder, durationMs }));
      const torn = lines.filter(({ malformed }) => malformed);
      expect(torn.length / lines.length).toBeCloseTo(0.05, 2);
      expect(torn.every(({ text }) => text.length <= 14)).toBe(true);
    });

    it('lets lines overtake each other by no more than it is asked for', () => {
      const disorder = { ...IN_ORDER, shuffledUs: 2_000_000 };
      const lines = linesOf(requestFor('botnet-probing', { disorder }));
      let newestUs = 0;
      const behindUs = lines.map(({ eventUs }) => (newestUs = Math.max(newestUs, eventUs)) - eventUs);
      expect(behindUs.filter((behind) => behind > 0).length).toBeGreaterThan(100);
      expect(Math.max(...behindUs)).toBeLessThan(2_000_000);
    });

    it('loses no line that is held back beyond the end of the run', () => {
      const disorder = { ...IN_ORDER, delayedShare: 0.5, delayedUs: 60_000_000 };
      const delayed = linesOf(requestFor('password-spraying', { disorder }));
      expect(delayed).toHaveLength(linesOf(requestFor('password-spraying')).length);
      expect(delayed.at(-1)?.arrivalUs).toBeGreaterThan(60_000_000);
    });

    it('sets the clocks of targets wrong by no more than it is asked for, the truth right', () => {
      const disorder = { ...IN_ORDER, skewUs: 3_000_000 };
      const skewed = linesOf(requestFor('port-scan-vertical', { disorder }));
      const straight = linesOf(requestFor('port-scan-vertical'));
      const shown = ({ text }: NativeLine): number => Number(/"ts":([\d.]+)/.exec(text)?.[1] ?? 0);
      const errors = skewed.map((line, at) => shown(line) - shown(straight[at] ?? line));
      expect(Math.max(...errors.map(Math.abs))).toBeGreaterThan(0.01);
      expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(3.0001);
      expect(skewed.map(({ eventUs }) => eventUs)).toEqual(straight.map(({ eventUs }) => eventUs));
    });
  });
});
