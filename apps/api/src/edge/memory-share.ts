/**
 * The share of `maxmemory` that a Redis uses, from the text of `INFO memory`; 0 where it has no limit.
 * What replicas and the append-only file buffer does not count against the limit, as in Redis's own eviction test.
 */
export function memoryShare(info: string): number {
  const limit = figure(info, 'maxmemory');
  if (limit === 0) return 0;
  return Math.max(0, figure(info, 'used_memory') - figure(info, 'mem_not_counted_for_evict')) / limit;
}

function figure(info: string, name: string): number {
  const match = new RegExp(`^${name}:(\\d+)`, 'm').exec(info);
  return match === null ? 0 : Number(match[1]);
}
