import { placeOf, type DetectedAlert } from '@watchfloor/contracts';

/** The end of the names of simulated hosts (RFC 2606). */
const SIMULATED_HOSTS = '.example';

/** True when the alert names an address or a host that only a simulation has. An alert on real traffic says nothing about one. */
export function isOnSimulated({ source, target }: DetectedAlert): boolean {
  return [...source, ...target].some((name) => name.endsWith(SIMULATED_HOSTS) || placeOf(name) !== undefined);
}
