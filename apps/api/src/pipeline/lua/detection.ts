import { AFTER, BEFORE } from './fragments';

/**
 * Takes the lease of a partition that nobody holds, and sees to it that nothing is trimmed that is not read.
 * KEYS state, lease. ARGV owner, ms.
 * Answer: the fencing token, larger than every one before; 0 when somebody holds the lease.
 */
export const CLAIM_LEASE = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('HSETNX', KEYS[1], 'cursor:detection', redis.call('HGET', KEYS[1], 'cursor:aggregation') or '0-0')
local token = redis.call('HINCRBY', KEYS[1], 'detection:token', 1)
redis.call('HSET', KEYS[2], 'owner', ARGV[1], 'token', token)
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return token
`;

/** Keeps a lease. KEYS lease. ARGV token, ms. Answer: 1, or 0 when it is no longer this token's. */
export const RENEW_LEASE = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;

/** Gives a lease back. KEYS lease. ARGV token. */
export const RELEASE_LEASE = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

/** `withBodies(entries, bodies)`: entries of the keyed stream as {id, events, timeline, body}. */
const WITH_BODIES = `
local function withBodies(entries, bodies)
  local answer = {}
  for i, entry in ipairs(entries) do
    local fields = entry[2]
    local body = fields[2] ~= '0' and redis.call('HGET', bodies, entry[1]) or ''
    answer[i] = {entry[1], fields[2], fields[4], body}
  end
  return answer
end
`;

/**
 * The next marks and the keyed entries up to the last of them: whole marks, as many as have \`most\` events together.
 * KEYS state, marks, keyed, keyed bodies. ARGV mark, entry, most.
 * Answer: {marks {id, to, total, content}, entries {id, events, timeline, body}, events marked in all}.
 */
export const READ_MARKED = `
${WITH_BODIES}
local marks, events, to = {}, 0, nil
for _, mark in ipairs(redis.call('XRANGE', KEYS[2], '(' .. ARGV[1], '+', 'COUNT', 64)) do
  local fields = mark[2]
  local n = tonumber(fields[4])
  if to and events + n > tonumber(ARGV[3]) then break end
  to, events = fields[2], events + n
  marks[#marks + 1] = {mark[1], to, fields[6], fields[8]}
end
local entries = {}
if to then entries = withBodies(redis.call('XRANGE', KEYS[3], '(' .. ARGV[2], to), KEYS[4]) end
return {marks, entries, redis.call('HGET', KEYS[1], 'marked') or '0'}
`;

/** Keyed entries in (after, to], at most so many. KEYS keyed, keyed bodies. ARGV after, to, most. */
export const READ_ENTRIES = `
${WITH_BODIES}
return withBodies(redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], ARGV[2], 'COUNT', ARGV[3]), KEYS[2])
`;

/**
 * Writes a mark of the owner's about one timeline: its time goes on or it is flushed, although nothing of it was aggregated. Only
 * where every entry of it has been taken; those of others may wait. The mark stands behind all that are there, so it has its
 * place in the order for whoever reads it again.
 * KEYS state, marks, channels. ARGV token, last entry taken, content, fields of the timeline's last entries.
 * Answer: OK, FENCED or BUSY.
 */
export const WRITE_MARK = `
${BEFORE}
if redis.call('HGET', KEYS[1], 'detection:token') ~= ARGV[1] then return 'FENCED' end
for _, last in ipairs(redis.call('HMGET', KEYS[3], unpack(ARGV, 4))) do
  if last and before(ARGV[2], last) then return 'BUSY' end
end
local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
local to = newest and newest[2][2] or ARGV[2]
local total = redis.call('HGET', KEYS[1], 'marked') or '0'
redis.call('XADD', KEYS[2], '*', 'to', to, 'n', 0, 'total', total, 'm', ARGV[3])
return 'OK'
`;

/**
 * The checkpoint of a partition: all or nothing, and only by the holder of the newest token, behind the checkpoint that it
 * knows. KEYS state, checkpoint, marks, outbox, outbox bodies, then the hashes of states.
 * ARGV[1] plan {token, base, cursor, marks, senders: {field: entry}, header: {field: text}, gone: [field], drop: [key],
 * states: [[key, arguments to set, arguments to remove]], outbox, receivers}; `drop` and `states` name a hash by its place in
 * KEYS. Then those arguments in order, fields with texts to set and fields to remove, then a body for each receiver.
 * Answer: OK, FENCED or STALE.
 */
export function checkpointScript(fenced: boolean): string {
  return `
${AFTER}
local plan = cjson.decode(ARGV[1])
${
  fenced
    ? `if redis.call('HGET', KEYS[1], 'detection:token') ~= plan.token then return 'FENCED' end
if (redis.call('HGET', KEYS[2], 'revision') or '0') ~= plan.base then return 'STALE' end`
    : ''
}
for _, key in ipairs(plan.drop) do redis.call('DEL', KEYS[key]) end
local at = 2
local function bulk(command, key, count)
  for first = at, at + count - 1, 1000 do
    redis.call(command, key, unpack(ARGV, first, math.min(first + 999, at + count - 1)))
  end
  at = at + count
end
for _, states in ipairs(plan.states) do
  bulk('HSET', KEYS[states[1]], states[2])
  bulk('HDEL', KEYS[states[1]], states[3])
end
for _, field in ipairs(plan.gone) do redis.call('HDEL', KEYS[2], field) end
for field, text in pairs(plan.header) do redis.call('HSET', KEYS[2], field, text) end
if plan.outbox then
  local id = redis.call('XADD', KEYS[4], '*', 'w', plan.outbox)
  for i, receiver in ipairs(plan.receivers) do
    redis.call('HSET', KEYS[5], id .. ':' .. receiver, ARGV[at + i - 1])
  end
end
redis.call('HSET', KEYS[1], 'cursor:detection', plan.cursor)
for field, entry in pairs(plan.senders) do redis.call('HSET', KEYS[1], field, entry) end
redis.call('HINCRBY', KEYS[2], 'revision', 1)
redis.call('XTRIM', KEYS[3], 'MINID', after(plan.marks))
return 'OK'
`;
}

/** What a sender has for one receiver. KEYS outbox, outbox bodies. ARGV after, receiver, most. Answer {id, w, body}. */
export const READ_OUTBOX = `
local answer = {}
for i, entry in ipairs(redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[3])) do
  answer[i] = {entry[1], entry[2][2], redis.call('HGET', KEYS[2], entry[1] .. ':' .. ARGV[2]) or ''}
end
return answer
`;

/** Removes what every receiver has. KEYS outbox, outbox bodies. ARGV to, partitions. */
export const TRIM_OUTBOX = `
${AFTER}
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', ARGV[1])) do
  for receiver = 0, tonumber(ARGV[2]) - 1 do redis.call('HDEL', KEYS[2], entry[1] .. ':' .. receiver) end
end
return redis.call('XTRIM', KEYS[1], 'MINID', after(ARGV[1]))
`;
