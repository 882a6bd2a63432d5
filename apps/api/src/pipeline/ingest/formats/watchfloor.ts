import type { RejectionReason } from '@watchfloor/contracts';
import { validateEvent } from '../../../edge/validate-event';
import type { Format, LineReader, ReadOutcome } from '../format';
import { reject } from '../rejection';
import { parseRecord } from './json-record';

/** As deep as an event that is posted may be nested. */
const DEEPEST = 8;

/** The reason of a rejected line for each way in which an event can be invalid; every other one is `invalid_field`. */
const REASONS: ReadonlyMap<string, RejectionReason> = new Map<string, RejectionReason>([
  ['missing_field', 'missing_field'],
  ['invalid_timestamp', 'invalid_timestamp'],
]);

/**
 * Events that are normalised already, one JSON object a line: judged as those of `POST /events` are. Fields of ECS that
 * the schema does not keep are dropped, names outside ECS are an invalid field.
 */
export const watchfloor: Format = {
  dataset: 'watchfloor',
  recognises: (line) =>
    line.charCodeAt(0) === 123 &&
    line.includes('"@timestamp"') &&
    /"(?:event|event\.category)"\s*:/.test(line),
  reader: () => new WatchfloorReader(),
};

class WatchfloorReader implements LineReader {
  read(line: string): ReadOutcome {
    const record = parseRecord(line);
    if (!record) return reject('malformed_json', 'not one JSON object');
    if (isDeeper(record, DEEPEST)) return reject('invalid_field', `nested deeper than ${DEEPEST} levels`);
    const verdict = validateEvent(record);
    if (!('event' in verdict)) return reject(REASONS.get(verdict.code) ?? 'invalid_field', verdict.detail);
    verdict.event.event.dataset ??= 'watchfloor';
    return { event: verdict.event };
  }
}

/** True where objects and lists lie deeper in each other than that many levels. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((below) => isDeeper(below, levels - 1));
}
