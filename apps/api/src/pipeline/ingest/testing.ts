import { TypeCompiler } from '@sinclair/typebox/compiler';
import { NormalisedEventSchema, type NormalisedEvent, type RequestedDataset } from '@watchfloor/contracts';
import type { ReadingContext, ReadOutcome } from './format';
import { createLineReader } from './normalise';

const schema = TypeCompiler.Compile(NormalisedEventSchema);

/** A context in which every time is UTC and of 2026, unless said otherwise. */
export function aContext(over: Partial<ReadingContext> = {}): ReadingContext {
  return { timezone: 'UTC', year: 2026, ...over };
}

/** Reads one line by a reader of its own. */
export function readLine(
  dataset: RequestedDataset,
  line: string,
  context: Partial<ReadingContext> = {},
): ReadOutcome {
  return createLineReader(dataset, aContext(context)).read(line);
}

/** The event of a line, checked against the published schema; throws where the line is rejected. */
export function eventOf(
  dataset: RequestedDataset,
  line: string,
  context: Partial<ReadingContext> = {},
): NormalisedEvent {
  const outcome = readLine(dataset, line, context);
  if ('rejected' in outcome) throw new Error(`${outcome.rejected.reason}: ${outcome.rejected.detail}`);
  const problems = schemaProblems(outcome.event);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return outcome.event;
}

/** What of an event the published schema does not allow. */
export function schemaProblems(event: NormalisedEvent): string[] {
  // Events travel as JSON: a field set to undefined is no field.
  const asSent: unknown = JSON.parse(JSON.stringify(event));
  return schema.Check(asSent)
    ? []
    : [...schema.Errors(asSent)].map(({ path, message }) => `${path}: ${message}`);
}
