import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalisedEventJsonSchema } from './json-schema';

const PUBLISHED = join(__dirname, '../../../schema/normalised-event.schema.json');

describe('published JSON Schema', () => {
  it('is current (node tools/schema/write-json-schema.mjs writes it)', () => {
    expect(JSON.parse(readFileSync(PUBLISHED, 'utf8'))).toEqual(normalisedEventJsonSchema());
  });

  it('requires an event time and a category, and names what it is', () => {
    expect(normalisedEventJsonSchema()).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      required: ['@timestamp', 'event'],
      properties: { event: { required: ['category'] } },
    });
  });
});
