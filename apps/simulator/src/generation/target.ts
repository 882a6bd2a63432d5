import { addressIn, blocksOf } from '@watchfloor/contracts';
import type { NativeFormatName } from './native-format';

/** A host of the simulated organisation and the software on it. */
export interface Target {
  readonly name: string;
  /** What it calls itself in its logs. */
  readonly host: string;
  readonly address: string;
  /** Its IPv6 address, for sources that have one. */
  readonly address6: string;
  /** Port of its main service. */
  readonly port: number;
  readonly writes: readonly NativeFormatName[];
  /** How far its clock is ahead (or behind, negative) in microseconds. */
  readonly clockSkewUs: number;
}

/**
 * The name that a target calls itself. The top level domain `example` is reserved (RFC 2606), as the networks of the address
 * plan are: a line without an address is known to be simulated by the name of its host.
 */
export const hostOf = (name: string): string => `${name}.example`;

/** Hosts 1 to 19 of a network are targets, the others sources. */
export const LAST_TARGET_HOST = 19;

/**
 * The addresses of host `number` (1-19) in the first network of a country: targets are simulated as well, so they lie
 * in the address plan too and have a place on the map.
 * @throws RangeError when the plan has no network there.
 */
export function targetAddresses(country: string, number: number): Pick<Target, 'address' | 'address6'> {
  const [block] = blocksOf(country);
  if (block === undefined) throw new RangeError(`the address plan has no network in ${country}`);
  const prefix = block === 0 ? '2001:db8' : `2001:db8:${block.toString(16)}`;
  return { address: addressIn(block, number), address6: `${prefix}::${number.toString(16)}` };
}

/** The address of a target that a source of this family reaches. */
export function reachedBy(target: Target, source: string): string {
  return source.includes(':') ? target.address6 : target.address;
}
