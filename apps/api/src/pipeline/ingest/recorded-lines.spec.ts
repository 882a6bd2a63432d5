import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '@watchfloor/contracts';
import { createLineReader } from './normalise';
import { aContext, schemaProblems } from './testing';

/** Public logs that may lie beside the checkout. Their licences keep them out of it. */
const CASES = join(__dirname, '../../../../../../shared/cases');

const LOGS: readonly (readonly [Dataset, string, number])[] = [
  ['openssh', 'loghub/OpenSSH.1-1000.log', 1000],
  ['apache.error', 'loghub/Apache.1-1000.log', 1000],
  ['suricata.eve', 'slips/suricata-eve.1-2500.ndjson', 2500],
  ['zeek', 'slips/port-scans__vertical/conn.log', 50],
];

const recorded = existsSync(CASES) ? LOGS : [];
if (recorded.length === 0) process.stderr.write('No recorded logs beside the checkout: they are not read.\n');

describe('recorded logs', () => {
  it.each(LOGS)(
    '%s: every line of %s, where it exists, is an event that the schema allows',
    (dataset, file, lines) => {
      if (recorded.length === 0) return;
      const reader = createLineReader(dataset, aContext());
      const outcomes = readFileSync(join(CASES, file), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => reader.read(line));
      expect(outcomes).toHaveLength(lines);
      expect(outcomes.filter((outcome) => 'rejected' in outcome)).toEqual([]);
      expect(
        outcomes.flatMap((outcome) => ('event' in outcome ? schemaProblems(outcome.event) : [])),
      ).toEqual([]);
    },
  );
});
