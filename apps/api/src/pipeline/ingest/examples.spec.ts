import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATASETS, type RequestedDataset } from '@watchfloor/contracts';
import { createLineReader } from './normalise';
import { aContext, schemaProblems } from './testing';

const DOCS = join(__dirname, '../../../../../docs/datasets');
const TITLE = /^# (\S+)/;
const EXAMPLE = /```\n([^`]+)\n```\n\n(?:with `--year 2026` )?becomes\n\n```json\n([^`]+)\n```/g;

const examples = readdirSync(DOCS).flatMap((file) => {
  const text = readFileSync(join(DOCS, file), 'utf8');
  const dataset = TITLE.exec(text)?.[1] as RequestedDataset;
  return [...text.matchAll(EXAMPLE)].map(([, lines = '', json = '']) => ({ dataset, lines, json }));
});

test('the documentation has an example of every dataset', () => {
  expect(examples.map(({ dataset }) => dataset).sort()).toEqual([...DATASETS].sort());
});

test.each(examples)('the example of $dataset is what normalisation gives', ({ dataset, lines, json }) => {
  const reader = createLineReader(dataset, aContext());
  const last = lines
    .split('\n')
    .map((line) => reader.read(line))
    .at(-1);
  if (last === undefined || !('event' in last)) throw new Error(`rejected: ${JSON.stringify(last)}`);
  expect(JSON.parse(JSON.stringify(last.event))).toEqual(JSON.parse(json));
  expect(schemaProblems(last.event)).toEqual([]);
});
