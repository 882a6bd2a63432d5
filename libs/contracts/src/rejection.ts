/**
 * Why one raw line or event became a dead letter: the closed list that `normalise`, the ledger and
 * `GET /dead-letters` use. The second column is the documentation.
 */
export const REJECTION_REASONS = {
  not_an_event:
    'The line carries no event: blank, a Zeek header, Suricata stats. Counted, its text is not kept.',
  unrecognised: 'The line does not have the form of its dataset.',
  unrecognised_dataset: 'With `auto`, the line has the form of no dataset.',
  malformed_json: 'The line of a JSON dataset is not one JSON object.',
  invalid_timestamp: 'The line has no readable event time.',
  missing_header: 'A Zeek TSV line without the `#fields` header of its request.',
  missing_field: 'A field without which the event means nothing is absent.',
  invalid_field: 'A field has a value outside its range (an address, a port, a number).',
  line_too_long: 'The line is longer than the limit of 64 KiB.',
  invalid_encoding: 'The line is not UTF-8.',
  unsupported_record:
    'A record kind of the dataset that is not read (for example a Zeek stream that is not supported).',
  poison: 'The stage failed on this event alone, after its batch had been bisected.',
  crashed_worker: 'The event was being tried alone when the worker process died, twice.',
} as const;

export type RejectionReason = keyof typeof REJECTION_REASONS;
