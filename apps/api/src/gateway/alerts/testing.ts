import type { Alert } from '@watchfloor/contracts';
import { aDetectedAlert } from '../../pipeline/alerts/testing';

/** An open alert of the live timeline; `over` replaces members. */
export function anAlert(over: Partial<Alert> = {}): Alert {
  const raisedAt = '2026-01-05T10:00:15.000Z';
  return {
    ...aDetectedAlert(),
    timeline: 'live',
    raisedAt,
    changedAt: raisedAt,
    ended: false,
    version: 1,
    status: 'open',
    assignee: null,
    notes: [],
    ...over,
  };
}

/** The records of a CSV text as a strict reader of RFC 4180 takes it. Throws where it is not well-formed. */
export function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '"') throw new Error(`no quote at ${at}`);
    const cell = /"((?:[^"]|"")*)"/y;
    cell.lastIndex = at;
    const [whole, inner = ''] = cell.exec(text) ?? [];
    if (whole === undefined) throw new Error(`an open cell at ${at}`);
    record.push(inner.replaceAll('""', '"'));
    at += whole.length;
    if (text[at] === ',') at += 1;
    else if (text.startsWith('\r\n', at)) {
      records.push(record);
      record = [];
      at += 2;
    } else throw new Error(`neither comma nor line end at ${at}`);
  }
  if (record.length > 0) throw new Error('the last line has no end');
  return records;
}
