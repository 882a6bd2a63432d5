import { BEFORE, compareAndSet } from './fragments';

/**
 * The changes since the last fold, and the bytes of stored windows by timeline and step.
 * KEYS state, changes, bytes. ARGV most entries. Answer {cursor, entries {id, change}, bytes}.
 */
export const READ_CHANGES = `
local cursor = redis.call('HGET', KEYS[1], 'cursor:fold') or '0-0'
local entries = {}
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '(' .. cursor, '+', 'COUNT', ARGV[1])) do
  entries[#entries + 1] = {entry[1], entry[2][4]}
end
return {cursor, entries, redis.call('HGETALL', KEYS[3])}
`;

/** Which windows are stored, and how many bytes each has. KEYS windows hashes. Answer for each {start, bytes, start, bytes ...}. */
export const LIST_WINDOWS = `
local listed = {}
for i, key in ipairs(KEYS) do
  local windows = {}
  for _, start in ipairs(redis.call('HKEYS', key)) do
    windows[#windows + 1] = start
    windows[#windows + 1] = redis.call('HSTRLEN', key, start)
  end
  listed[i] = windows
end
return listed
`;

/** The stored windows as of one moment. KEYS state, then the windows hashes. Answer {cursor, for each hash {start, body ...}}. */
export const READ_WINDOWS = `
local read = {redis.call('HGET', KEYS[1], 'cursor:fold') or '0-0'}
for i = 2, #KEYS do read[i] = redis.call('HGETALL', KEYS[i]) end
return read
`;

/**
 * Stores folded windows and moves the fold cursor, by compare-and-set: two folds of the same changes count once.
 * KEYS state, changes, bytes, then the windows hashes.
 * ARGV[1] plan {base, to, trimBefore, windows: [[key, field]], expire: [[key, before]], bytes: [[field, bytes]]}, then the windows' bodies.
 * Changes are kept for a while after the fold, for gateways that follow them.
 */
export const STORE_FOLD = `
${BEFORE}
local plan = cjson.decode(ARGV[1])
${compareAndSet('KEYS[1]', "'cursor:fold'", 'plan.base')}
for i, window in ipairs(plan.windows) do redis.call('HSET', KEYS[window[1]], window[2], ARGV[1 + i]) end
for _, expiry in ipairs(plan.expire) do
  for _, field in ipairs(redis.call('HKEYS', KEYS[expiry[1]])) do
    if tonumber(field) < expiry[2] then redis.call('HDEL', KEYS[expiry[1]], field) end
  end
end
for _, taken in ipairs(plan.bytes) do redis.call('HSET', KEYS[3], taken[1], taken[2]) end
redis.call('HSET', KEYS[1], 'cursor:fold', plan.to)
local oldest = plan.trimBefore
if before(plan.to, oldest) then oldest = plan.to end
redis.call('XTRIM', KEYS[2], 'MINID', oldest)
return 'OK'
`;
