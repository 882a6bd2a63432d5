import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '@watchfloor/contracts';
import { isCommunityId } from '../community-id';
import { createLineReader } from '../normalise';
import { aContext, schemaProblems } from '../testing';

/** Recorded sensor logs that may lie beside the checkout; none of them is part of it. */
const CASES = join(__dirname, '../../../../../../../shared/cases');
const ZEEK = /(?:^|_)(conn|ssh|http|dns)\.log$/;

const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });

const logs: (readonly [Dataset, string])[] = ['slips', 'otrf']
  .map((name) => join(CASES, name))
  .filter((directory) => existsSync(directory))
  .flatMap(filesBelow)
  .flatMap((path): (readonly [Dataset, string])[] => {
    if (/suricata[^/]*\.ndjson$/.test(path)) return [['suricata.eve', path]];
    return ZEEK.test(path) ? [['zeek', path]] : [];
  });

if (logs.length === 0)
  console.info(`no recorded sensor logs in ${CASES}: only the hand-written lines are read`);

test('every record of the recorded logs becomes a valid event with the source that it names', () => {
  for (const [dataset, path] of logs) {
    const reader = createLineReader(dataset, aContext());
    for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
      const record = JSON.parse(line) as Record<string, unknown>;
      const outcome = reader.read(line);
      if ('rejected' in outcome) throw new Error(`${path}: ${JSON.stringify(outcome.rejected)}`);
      const { event } = outcome;
      expect(event.source?.ip).toBe(record['src_ip'] ?? record['id.orig_h'] ?? record['id_orig_h']);
      expect(isCommunityId(event.network?.community_id)).toBe(event.network?.transport !== undefined);
      expect(schemaProblems(event)).toEqual([]);
    }
  }
});
