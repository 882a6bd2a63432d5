/** Why one event of a request is refused while the others are not: the codes of `errors[]`, with their documentation. */
export const ITEM_PROBLEMS = {
  too_deep: 'Nested deeper than 8 levels.',
  too_many_fields: 'More than 1 000 fields and list elements.',
  invalid_type: 'A field has a value of the wrong type.',
  missing_field: 'A field without which the event means nothing is absent: @timestamp or event.category.',
  invalid_value: 'A field has a value that it may not have.',
  number_range: 'A number is outside the range of its field or beyond the integers that are exact.',
  invalid_id: 'event.id is not 1 to 64 letters, digits, _ or -.',
  invalid_timestamp: '@timestamp is no ISO 8601 time from 1970 on.',
  unknown_property: 'A name is not in the Elastic Common Schema 9.',
  invalid_cloudevent: 'The envelope is not a CloudEvent 1.0 with JSON data.',
} as const;

export type ItemCode = keyof typeof ITEM_PROBLEMS;

/** The refusal of one event. `detail` names places of the schema, never anything from the input. */
export interface ItemRefusal {
  readonly code: ItemCode;
  readonly detail: string;
}
