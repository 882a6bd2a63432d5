import type { Connection } from './live-updates-client';
import type { Readiness } from './readiness-probe';

/** Why nothing new arrives, in one sentence for the person at the screen. */
export function connectionCause(connection: Connection, readiness: Readiness | null): string {
  if (connection.phase === 'refused') {
    return `The server ended the connection (code ${connection.closeCode}). It will not be tried again by itself.`;
  }
  if (readiness === null) return 'No answer from the live connection.';
  if (readiness.kind === 'unreachable')
    return 'The server does not answer: it is stopped or the network is cut.';
  if (readiness.kind === 'not-ready') {
    const parts = readiness.failing.length > 0 ? readiness.failing.join(', ') : 'a part of it';
    return `The server answers but is not ready: ${parts}.`;
  }
  return connection.phase === 'open'
    ? 'The server is ready but sends no frames.'
    : 'The server is ready, its live connection is not.';
}
