import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolder } from './run-folder.store';

describe('the run folder', () => {
  let path: string;

  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'watchfloor-test-')), 'run');
  });

  afterEach(() => rmSync(join(path, '..'), { recursive: true }));

  it('is free at first and free again after leaving', () => {
    const folder = new RunFolder(path);
    expect(folder.occupy('http://a')).toBeUndefined();
    folder.leave();
    expect(new RunFolder(path).occupy('http://b')).toBeUndefined();
  });

  it('names the living process that has it', () => {
    new RunFolder(path).occupy('http://first');
    expect(new RunFolder(path).occupy('http://second')).toMatchObject({
      pid: process.pid,
      url: 'http://first',
    });
  });

  it.each([
    ['that is dead', { pid: 2 ** 30, url: 'http://old', startedAt: '1' }],
    ['whose id another process has now', { pid: process.pid, url: 'http://old', startedAt: 'long ago' }],
  ])('is taken over from a process %s', (_, occupant) => {
    mkdirSync(path);
    writeFileSync(join(path, 'running.json'), JSON.stringify(occupant));
    expect(new RunFolder(path).occupy('http://new')).toBeUndefined();
  });

  it('keeps the note of another process when one leaves that never had it', () => {
    new RunFolder(path).occupy('http://first');
    const second = new RunFolder(path);
    second.occupy('http://second');
    second.leave();
    expect(second.occupant()?.url).toBe('http://first');
  });
});
