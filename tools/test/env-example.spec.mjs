import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Names in the one schema of an application: its members, written one a line. */
function variablesOf(path) {
  const source = read(path);
  const schema = source.slice(source.indexOf('EnvironmentSchema'), source.indexOf('\n});'));
  return [...schema.matchAll(/^ {2}([A-Z][A-Z_]*):/gm)].map(([, name]) => name);
}

describe('.env.example', () => {
  const listed = [...read('.env.example').matchAll(/^([A-Z][A-Z_]*)=/gm)].map(([, name]) => name);
  const known = new Set([
    ...variablesOf('apps/api/src/config.ts'),
    ...variablesOf('apps/simulator/src/config.ts'),
  ]);

  it('lists every variable of both schemas and no other, each once', () => {
    assert.ok(known.size > 20, 'the schemas were not read');
    assert.deepEqual([...listed].sort(), [...known].sort());
  });
});
