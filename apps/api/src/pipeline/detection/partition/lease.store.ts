import { type Keyspace, type RedisConnection, Script } from '@watchfloor/redis';
import { CLAIM_LEASE, RELEASE_LEASE, RENEW_LEASE } from '../../lua/detection';
import { DETECTION, KEYS } from '../../topology';

const claimLease = new Script('claim-lease', CLAIM_LEASE);
const renewLease = new Script('renew-lease', RENEW_LEASE);
const releaseLease = new Script('release-lease', RELEASE_LEASE);

/** Who runs detection for a partition. A lease may be lost unnoticed; what counts then is that its token is old. */
export class LeaseStore {
  constructor(
    private readonly redis: RedisConnection,
    private readonly keys: Keyspace,
    private readonly leaseMs: number = DETECTION.leaseMs,
  ) {}

  /** The fencing token, or undefined when somebody holds the lease. */
  async claim(partition: number, owner: string): Promise<number | undefined> {
    const keys = [this.keys.of(partition, KEYS.state), this.#lease(partition)];
    const token = (await claimLease.run(this.redis, keys, [owner, this.leaseMs])) as number;
    return token === 0 ? undefined : token;
  }

  /** Whether the lease is still this token's, and if so for its full time from now. */
  async renew(partition: number, token: number): Promise<boolean> {
    return (await renewLease.run(this.redis, [this.#lease(partition)], [token, this.leaseMs])) === 1;
  }

  async release(partition: number, token: number): Promise<void> {
    await releaseLease.run(this.redis, [this.#lease(partition)], [token]);
  }

  #lease(partition: number): string {
    return this.keys.of(partition, KEYS.detectionLease);
  }
}
