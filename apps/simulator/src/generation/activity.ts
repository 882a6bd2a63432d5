import type { Target } from './target';

/** What happened, before any program has written it down. Addresses are text, durations microseconds. */
interface Contact {
  readonly source: string;
  readonly sourcePort: number;
  /** The other end; of the same address family as the source. */
  readonly destination: string;
  /** The host that notices it: the destination itself, or a sensor on the way. */
  readonly target: Target;
  /** Whether the two ends are in the organisation's own networks, which a sensor is told. */
  readonly fromInside: boolean;
  readonly toInside: boolean;
  /** Names the connection in every log that records it; an integer of up to 48 bits. */
  readonly connection: number;
}

/** A login over SSH. `attempts` passwords are tried on one connection. */
export interface Login extends Contact {
  readonly kind: 'login';
  readonly user: string;
  /** False when the target has no such account. */
  readonly known: boolean;
  readonly method: 'password' | 'publickey';
  readonly password: string;
  readonly attempts: number;
  readonly succeeds: boolean;
  /** How long the session lasts after a success. */
  readonly sessionUs: number;
}

/** A connection, or the attempt of one. */
export interface Flow extends Contact {
  readonly kind: 'flow';
  readonly destinationPort: number;
  readonly transport: 'tcp' | 'udp';
  /** Zeek's name of the application protocol, '' when none was seen. */
  readonly service: string;
  /** Zeek's connection states: established and closed, no answer, refused, half-open. */
  readonly state: 'SF' | 'S0' | 'REJ' | 'RSTO';
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly durationUs: number;
  /** The signature that an intrusion detection system raises on it. */
  readonly signature?: Signature | undefined;
}

export interface WebRequest extends Contact {
  readonly kind: 'request';
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly bytes: number;
  readonly referrer: string;
  readonly userAgent: string;
  readonly signature?: Signature | undefined;
}

/** A question to a name server. */
export interface NameQuery extends Contact {
  readonly kind: 'query';
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'TXT' | 'MX';
  readonly found: boolean;
}

/** The use of privileges on a host; it has no source address. */
export interface Privilege {
  readonly kind: 'privilege';
  readonly target: Target;
  readonly user: string;
  readonly action: 'sudo' | 'su' | 'useradd';
  /** The command of sudo, the account of su or useradd. */
  readonly object: string;
  readonly succeeds: boolean;
}

/** A rule of an intrusion detection system that fired. Numbers lie in the range for local rules. */
export interface Signature {
  readonly id: number;
  readonly name: string;
  readonly category: string;
  readonly severity: 1 | 2 | 3;
}

export type Activity = Login | Flow | WebRequest | NameQuery | Privilege;
export type ActivityKind = Activity['kind'];

/** The source address of an activity; undefined for those on the host itself. */
export function sourceOf(activity: Activity): string | undefined {
  return activity.kind === 'privilege' ? undefined : activity.source;
}

/** The address that an activity reaches; undefined for those on the host itself. */
export function destinationOf(activity: Activity): string | undefined {
  return activity.kind === 'privilege' ? undefined : activity.destination;
}
