import { isEventField } from './field';
import type { RuleTest } from './rule-schema';

/** A name in the events of a rule's own tests that no event has a field for. `path` is relative to the rule. */
export interface UnknownTestField {
  readonly path: readonly (string | number)[];
  readonly name: string;
}

/** The names that no event can have: a test with one of them would pass because its events are not what they seem. */
export function unknownTestFields(tests: readonly RuleTest[]): UnknownTestField[] {
  return tests.flatMap(({ event, events }, index) => [
    ...unknownIn(event, ['tests', index, 'event']),
    ...events.flatMap(({ set = {} }, group) => unknownIn(set, ['tests', index, 'events', group, 'set'])),
  ]);
}

function unknownIn(
  fields: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
): UnknownTestField[] {
  return Object.keys(fields)
    .filter((name) => !isEventField(name))
    .map((name) => ({ path: [...path, name], name }));
}
