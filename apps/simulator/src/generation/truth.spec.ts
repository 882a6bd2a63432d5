import type { NativeLine } from './line-queue';
import { linesOf, requestFor } from './testing';
import { TruthRecorder, type DamageRecord, type TruthRecord } from './truth';
import { TruthSummary } from './truth-summary';
import { IN_ORDER } from './disorder';

function record(lines: readonly NativeLine[]): (TruthRecord | DamageRecord)[] {
  const records: (TruthRecord | DamageRecord)[] = [];
  const recorder = new TruthRecorder();
  for (const line of lines) recorder.add(line, (found) => records.push(found));
  recorder.close((found) => records.push(found));
  return records;
}

describe('TruthRecorder', () => {
  it('attributes every line of an attack exactly once and no other', () => {
    const lines = linesOf(requestFor('demo'));
    const attacks = record(lines).filter((found): found is TruthRecord => 'attack' in found);
    const attributed = new Map<number, string>();
    for (const { from, to, attack, phase, source, target } of attacks)
      for (let number = from; number <= to; number += 1) {
        if (attributed.has(number)) throw new Error(`line ${number} is attributed twice`);
        attributed.set(number, `${attack} ${phase} ${source} ${target}`);
      }
    const truths = lines.map(({ truth, source, target }) =>
      truth === undefined ? undefined : `${truth.attack} ${truth.phase} ${source} ${target}`,
    );
    expect(truths.map((_, at) => attributed.get(at + 1))).toEqual(truths);
  });

  it('joins consecutive lines of one attack from one source', () => {
    const lines = linesOf(requestFor('ssh-brute-force'));
    expect(record(lines)).toMatchObject([{ from: 1, to: lines.length, attack: 'ssh-brute-force-1' }]);
  });

  it('names every line that was damaged', () => {
    const lines = linesOf(requestFor('demo', { disorder: { ...IN_ORDER, malformedShare: 0.1 } }));
    const damaged = record(lines).flatMap((found) => ('malformed' in found ? [found.from] : []));
    expect(damaged).toEqual(lines.flatMap(({ malformed }, at) => (malformed ? [at + 1] : [])));
    expect(damaged.length).toBeGreaterThan(100);
  });
});

describe('TruthSummary', () => {
  it('counts the events, sources and targets of each phase', () => {
    const lines = linesOf(requestFor('credential-stuffing'));
    const summary = new TruthSummary();
    for (const line of lines) summary.add(line);
    const [attack, ...others] = summary.soFar().items;
    expect(others).toEqual([]);
    expect(attack).toMatchObject({ events: lines.length, technique: 'T1110.004', sourcesComplete: true });
    expect(new Set(attack?.sources)).toEqual(new Set(lines.map(({ source }) => source)));
    expect(new Set(attack?.targets)).toEqual(new Set(['bastion01.example', 'app01.example']));
  });

  it('goes on from what was saved as if it had not stopped', () => {
    const lines = linesOf(requestFor('demo'));
    const whole = new TruthSummary();
    const first = new TruthSummary();
    lines.forEach((line, at) => {
      whole.add(line);
      if (at < 4_000) first.add(line);
    });
    const second = new TruthSummary(first.soFar());
    lines.slice(4_000).forEach((line) => second.add(line));
    expect(second.soFar()).toEqual(whole.soFar());
  });

  it('names the addresses that were reached and the time that all lines cover, attack or not', () => {
    const lines = linesOf(requestFor('demo'));
    const summary = new TruthSummary();
    for (const line of lines) summary.add(line);
    const { items, from, until, forgottenUntil } = summary.soFar();
    const reached = new Set(items.flatMap(({ targetAddresses = [] }) => targetAddresses));
    expect(reached).toEqual(
      new Set(lines.flatMap(({ truth, reached }) => (truth && reached ? [reached] : []))),
    );
    const times = lines.map(({ eventUs }) => Math.floor(eventUs / 1000));
    expect([from, until]).toEqual(
      [Math.min(...times), Math.max(...times)].map((ms) => new Date(ms).toISOString()),
    );
    expect(forgottenUntil).toBeNull();
  });

  it('says until when it has forgotten attacks', () => {
    const summary = new TruthSummary();
    const lines = linesOf(requestFor('ssh-brute-force', { durationMs: 900_000 }));
    for (const line of lines) summary.add(line);
    const [first] = lines;
    for (let other = 0; other < 200 && first?.truth !== undefined; other += 1)
      summary.add({ ...first, truth: { ...first.truth, attack: `other-${other}` } });
    const { items, until, forgottenUntil } = summary.soFar();
    expect(items).toHaveLength(200);
    expect(forgottenUntil).toBe(until);
  });

  it('remembers at most 5 000 sources of an attack and says so', () => {
    const summary = new TruthSummary();
    for (const line of linesOf(requestFor('volumetric-flood'))) summary.add(line);
    const flood = summary.soFar().items.find(({ phase }) => phase === 'half-open');
    expect(flood?.sources).toHaveLength(5_000);
    expect(flood?.sourcesComplete).toBe(false);
  });
});
