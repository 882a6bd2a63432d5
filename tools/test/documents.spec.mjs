import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { suitesOf } from './suites.mjs';

const root = resolve(fileURLToPath(import.meta.url), '..', '..', '..');
const read = (name) => readFileSync(resolve(root, name), 'utf8');

/** Paths in backticks or as link targets; those with a placeholder are none. */
function pathsIn(text) {
  const inTicks = [...text.matchAll(/`((?:apps|libs|tools|docs|bin)\/[\w./-]*)`/g)].map(([, path]) => path);
  const linked = [...text.matchAll(/\]\(([\w.][\w./-]*)\)/g)].map(([, path]) => path);
  return [...new Set([...inTicks, ...linked])];
}

describe('the documents', () => {
  for (const name of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md']) {
    it(`name only paths that exist: ${name}`, () => {
      const missing = pathsIn(read(name)).filter((path) => !existsSync(resolve(root, path)));
      assert.deepEqual(missing, []);
    });
  }

  it('name only test suites and npm scripts that exist', () => {
    const text = read('README.md') + read('CONTRIBUTING.md');
    const suites = [...text.matchAll(/npm test -- ([\w-]+)/g)].map(([, name]) => name);
    const scripts = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name);
    assert.ok(suites.length > 0 && scripts.length > 0);
    const known = suitesOf(root).map(({ name }) => name);
    assert.deepEqual(
      suites.filter((name) => !known.includes(name)),
      [],
    );
    const defined = Object.keys(JSON.parse(read('package.json')).scripts);
    assert.deepEqual(
      scripts.filter((name) => !defined.includes(name)),
      [],
    );
  });
});
