import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * Deliberately wrong files, by where they would stand: their text, the rule that has to refuse them, and a part of its message.
 */
const wrong = {
  'libs/untagged/src/index.ts': {
    text: "import { anEvent } from '@watchfloor/contracts/testing';\nexport const event = anEvent();\n",
    rule: '@nx/enforce-module-boundaries',
    message: /without tags/i,
  },
  'libs/contracts/src/wrong-tag.ts': {
    text: "import { windowStart } from '@watchfloor/windowing';\nexport const start = windowStart(0, 1);\n",
    rule: '@nx/enforce-module-boundaries',
    message: /type:contracts/,
  },
  'apps/dashboard/src/wrong-platform.ts': {
    text: "import { connectRedis } from '@watchfloor/redis';\nexport const open = connectRedis;\n",
    rule: '@nx/enforce-module-boundaries',
    message: /platform:browser/,
  },
  'apps/dashboard/src/wrong-package.ts': {
    text: "import { Redis } from 'ioredis';\nexport const open = Redis;\n",
    rule: '@nx/enforce-module-boundaries',
    message: /ioredis/,
  },
  'libs/redis/src/relative-import.ts': {
    text: "import { DATASETS } from '../../contracts/src/dataset';\nexport const known = DATASETS;\n",
    rule: '@nx/enforce-module-boundaries',
    message: /relative/i,
  },
  'apps/api/src/pipeline/ingest/impure.ts': {
    text: "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
    rule: 'no-restricted-imports',
    message: /role suffix is pure/,
  },
  'apps/simulator/src/generation/impure.ts': {
    text: "import { request } from 'undici';\nexport const send = request;\n",
    rule: 'no-restricted-imports',
    message: /role suffix is pure/,
  },
  'apps/api/src/edge/environment.ts': {
    text: "export const port = process.env['PORT'];\n",
    rule: 'no-restricted-properties',
    message: /config\.ts/,
  },
  'apps/dashboard/src/app/leaflet-elsewhere.ts': {
    text: "import { map } from 'leaflet';\nexport const draw = map;\n",
    rule: 'no-restricted-imports',
    message: /threat-map/,
  },
};

/** The same imports where they are allowed. */
const right = {
  'apps/api/src/pipeline/ingest/file.store.ts':
    "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
  'apps/api/src/edge/config.ts': "export const port = process.env['PORT'];\n",
  'apps/api/src/edge/uses-library.ts':
    "import { connectRedis } from '@watchfloor/redis';\nexport const open = connectRedis;\n",
};

describe('the module boundaries', () => {
  let workspace;
  let messages;

  before(() => {
    workspace = mkdtempSync(join(tmpdir(), 'watchfloor-boundaries-'));
    copyWorkspace(workspace);
    for (const [path, { text }] of Object.entries(wrong)) write(path, text);
    for (const [path, text] of Object.entries(right)) write(path, text);
    messages = lint(workspace, [...Object.keys(wrong), ...Object.keys(right)]);
  });

  after(() => rmSync(workspace, { recursive: true, force: true }));

  function write(path, text) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }

  for (const [path, { rule, message }] of Object.entries(wrong)) {
    it(`refuse ${path} by ${rule}`, () => {
      const found = messages.get(path) ?? [];
      assert.ok(
        found.some(({ ruleId, message: said }) => ruleId === rule && message.test(said)),
        `it says: ${JSON.stringify(found.map(({ ruleId, message: said }) => [ruleId, said]))}`,
      );
    });
  }

  for (const path of Object.keys(right)) {
    it(`accept ${path}`, () => assert.deepEqual(messages.get(path), []));
  }
});

/** The real configuration and the real projects, reduced to what the rules look at. */
function copyWorkspace(workspace) {
  for (const file of [
    'eslint.config.mjs',
    'nx.json',
    'package.json',
    'package-lock.json',
    'tsconfig.base.json',
  ]) {
    cpSync(join(root, file), join(workspace, file));
  }
  for (const project of ['libs/contracts', 'libs/redis', 'libs/windowing', 'apps/api', 'apps/simulator']) {
    copyProject(workspace, project);
  }
  copyProject(workspace, 'apps/dashboard');
  for (const library of ['contracts', 'redis', 'windowing']) {
    cpSync(join(root, 'libs', library, 'src'), join(workspace, 'libs', library, 'src'), { recursive: true });
  }
  mkdirSync(join(workspace, 'libs', 'untagged'));
  writeFileSync(
    join(workspace, 'libs', 'untagged', 'project.json'),
    '{"name":"untagged","sourceRoot":"libs/untagged/src"}',
  );
  symlinkSync(join(root, 'node_modules'), join(workspace, 'node_modules'));
}

function copyProject(workspace, project) {
  mkdirSync(join(workspace, project), { recursive: true });
  cpSync(join(root, project, 'project.json'), join(workspace, project, 'project.json'));
}

/** What ESLint says about each file. The rule on projects reads a project graph, which has to be made first. */
function lint(workspace, paths) {
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_WORKSPACE_ROOT_PATH: workspace };
  const node = (args) => spawnSync(process.execPath, args, { cwd: workspace, env, encoding: 'utf8' });
  const graph = node(['node_modules/.bin/nx', 'graph', '--file=graph.json']);
  assert.equal(graph.status, 0, graph.stdout + graph.stderr);
  const { stdout, stderr } = node(['node_modules/eslint/bin/eslint.js', '--format', 'json', ...paths]);
  assert.ok(stdout.startsWith('['), stdout + stderr);
  return new Map(
    JSON.parse(stdout).map(({ filePath, messages }) => [filePath.slice(workspace.length + 1), messages]),
  );
}
