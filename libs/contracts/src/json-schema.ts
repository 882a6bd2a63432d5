import { NormalisedEventSchema } from './normalised-event';

/** The normalised event as JSON Schema 2020-12, as `schema/normalised-event.schema.json` publishes it. */
export function normalisedEventJsonSchema(): object {
  // TypeBox keeps marks of its own under symbols, which JSON leaves out.
  const schema: object = JSON.parse(JSON.stringify(NormalisedEventSchema));
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema };
}
