import { COUNT, NOW, RECORDS } from './fragments';

/**
 * Opens a request under its Idempotency-Key, in the key's home partition.
 * KEYS ledger, state, records, index. ARGV field, digest, keep, keepMs, token, runningMs.
 * Answer: {`NEW`|`DONE`|`OTHER`|`RUNNING`, accepted, duplicates, rejected}.
 */
export const BEGIN_REQUEST = `
${NOW}${RECORDS}${COUNT}
local field, digest, keep, keepMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local before = recorded(KEYS[3], field, keepMs)
if before and before.digest ~= digest then return {'OTHER', 0, 0, 0} end
if before and before.state == 'done' then
  local n = before.accepted + before.duplicates + before.rejected
  count(KEYS[1], KEYS[2], 'edge.received', n, 'edge.duplicates', n)
  return {'DONE', before.accepted, before.duplicates, before.rejected}
end
if before and before.state == 'running' and now - before.at < tonumber(ARGV[6]) then
  return {'RUNNING', 0, 0, 0}
end
remember(KEYS[3], KEYS[4], field, {state = 'running', digest = digest, token = ARGV[5]}, keep, keepMs)
return {'NEW', 0, 0, 0}
`;

/**
 * Closes a request whose parts are stored: keeps the answer and counts what was rejected, once however often it is called.
 * KEYS ledger, state, records, index. ARGV field ('' = no key), digest, keep, keepMs, accepted, duplicates, rejected, then
 * name, by of each counter. Answer: {accepted, duplicates, rejected}.
 */
export const FINISH_REQUEST = `
${NOW}${RECORDS}${COUNT}
local field, digest, keep, keepMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local answer = {tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])}
if field ~= '' then
  local before = recorded(KEYS[3], field, keepMs)
  if before and before.digest == digest and before.state == 'done' then
    return {before.accepted, before.duplicates, before.rejected}
  end
  local record = {state = 'done', digest = digest, accepted = answer[1], duplicates = answer[2], rejected = answer[3]}
  remember(KEYS[3], KEYS[4], field, record, keep, keepMs)
end
if #ARGV > 7 then count(KEYS[1], KEYS[2], unpack(ARGV, 8)) end
return answer
`;

/**
 * Gives a key back after a part failed: the next attempt need not wait, another body is still refused.
 * KEYS records. ARGV field, token. Answer: nothing.
 */
export const ABANDON_REQUEST = `
local text = redis.call('HGET', KEYS[1], ARGV[1])
if not text then return end
local digest, at, token = string.match(text, '^running|([^|]*)|(%d+)|([^|]*)|')
if token == ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[1], 'open|' .. digest .. '|' .. at .. '||0|0|0')
end
`;

/** Adds to counters. KEYS ledger, state. ARGV name, by of each counter. */
export const COUNT_ONLY = `${COUNT}count(KEYS[1], KEYS[2], unpack(ARGV))`;

/**
 * Admits a named timeline if it is known or there is room. KEYS timelines. ARGV name, most, ms until one is forgotten.
 * Names past their time stay: their removal goes with that of their keys. Answer: 1, or 0 when there is no room.
 */
export const ADMIT_TIMELINE = `
${NOW}
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  local live = 0
  for _, used in ipairs(redis.call('HVALS', KEYS[1])) do
    if now - used < tonumber(ARGV[3]) then live = live + 1 end
  end
  if live >= tonumber(ARGV[2]) then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d', now))
return 1
`;
