import ipaddr from 'ipaddr.js';
import type { RuleSpec } from '../../pipeline/detection/rule-schema';

/** Whose addresses stand for the attack that a rule sees. */
export type Indicated = NonNullable<RuleSpec['indicates']>;

/** What a rule says of it; where it says nothing, the source when the rule looks at sources apart. */
export function indicatedBy({ indicates, key }: RuleSpec): Indicated {
  return indicates ?? ([key].flat().includes('source.ip') ? 'source' : 'none');
}

/**
 * Whether an address may be shared as an indicator: only one that is the same host for everybody. Private, shared, loopback,
 * link-local, documentation and other reserved ranges are somebody else's hosts, or nobody's, where the indicator is read.
 */
export function isShareable(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}
