import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RuleFiles } from '../../pipeline/detection/rule-files.store';
import { aRule } from '../../pipeline/detection/testing';
import { RulesController } from './rules.controller';
import { RuleWatch } from './rule-watch.lifecycle';

jest.setTimeout(30_000);

const directory = mkdtempSync(join(tmpdir(), 'rules-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('a rule that an operator adds is listed at the first question after it was taken', async () => {
  const files = new RuleFiles(directory);
  const watch = new RuleWatch(files);
  watch.onApplicationBootstrap();
  const { spec } = aRule({ id: 'mine', kind: 'trigger' });
  writeFileSync(join(directory, 'mine.yaml'), JSON.stringify({ rules: [spec] }));
  while (!files.current.rules.some(({ spec: { id } }) => id === 'mine')) await delay(50);
  const { items } = new RulesController(files).list();
  expect(items.map(({ id }) => id)).toContain('mine');
  watch.beforeApplicationShutdown();
});
