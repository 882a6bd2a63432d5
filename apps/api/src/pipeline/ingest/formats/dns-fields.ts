import type { EventOutcome } from '@watchfloor/contracts';
import { ipOf, recordOf } from './json-record';

/** The most answers that one event keeps. */
const MOST_ANSWERS = 64;

/** The addresses among the answers to a query: plain texts, or records with `rdata`. Names are left out. */
export function answeredIps(answers: readonly unknown[]): string[] {
  const ips = new Set<string>();
  for (const answer of answers) {
    const ip = ipOf(typeof answer === 'string' ? answer : recordOf(answer)?.['rdata']);
    if (ip !== undefined) ips.add(ip);
    if (ips.size === MOST_ANSWERS) break;
  }
  return [...ips];
}

/** Every response code but `NOERROR` means that the query was not answered (RFC 1035 section 4.1.1). */
export function outcomeOfRcode(rcode: string): EventOutcome {
  return rcode === 'NOERROR' ? 'success' : 'failure';
}
