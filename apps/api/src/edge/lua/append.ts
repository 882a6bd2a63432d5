import { APPEND, COUNT, NOW, RECORDS } from './fragments';

/**
 * Appends the lines of one request, once for each Idempotency-Key.
 * KEYS raw, bodies, ledger, state, records, index.
 * ARGV field ('' = no key), digest, keep, keepMs, lines, timeline, meta, body.
 * Answer: {`NEW`|`DONE`|`OTHER`, accepted, duplicates, rejected}.
 */
export const APPEND_LINES = `
${NOW}${RECORDS}${COUNT}${APPEND}
local field, digest, keep, keepMs, n = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
if field ~= '' then
  local before = recorded(KEYS[5], field, keepMs)
  if before and before.digest ~= digest then return {'OTHER', 0, 0, 0} end
  if before then
    count(KEYS[3], KEYS[4], 'edge.received', n, 'edge.duplicates', n)
    return {'DONE', before.accepted, before.duplicates, before.rejected}
  end
  remember(KEYS[5], KEYS[6], field, {state = 'done', digest = digest, accepted = n}, keep, keepMs)
end
append(KEYS[1], KEYS[2], n, ARGV[6], ARGV[7], ARGV[8])
count(KEYS[3], KEYS[4], 'edge.received', n, 'edge.accepted', n)
return {'NEW', n, 0, 0}
`;

/**
 * `freshOf(...)`: how many ids were not seen within the window, and the places of the others. Two sets take turns: when the current one is
 * full or old, the other is emptied and becomes the current one, so an id is known for at least the life of one set.
 */
const DEDUPE = `
local function rotate(state, sets, most, windowMs)
  local current = tonumber(redis.call('HGET', state, 'ids:current') or '0')
  local started = tonumber(redis.call('HGET', state, 'ids:started:' .. current) or '0')
  if started == 0 or now - started >= windowMs or redis.call('SCARD', sets[current + 1]) >= most then
    if started > 0 then current = 1 - current end
    redis.call('UNLINK', sets[current + 1])
    redis.call('HSET', state, 'ids:current', current, 'ids:started:' .. current, string.format('%d', now))
  end
  return sets[current + 1], sets[2 - current]
end
local function freshOf(state, sets, members, most, windowMs)
  local current, previous = rotate(state, sets, most, windowMs)
  local inCurrent = redis.call('SMISMEMBER', current, unpack(members))
  local inPrevious = redis.call('SMISMEMBER', previous, unpack(members))
  local fresh, skip, within = {}, {}, {}
  for i, member in ipairs(members) do
    if inCurrent[i] == 1 or inPrevious[i] == 1 or within[member] then
      skip[#skip + 1] = i - 1
    else
      within[member] = true
      fresh[#fresh + 1] = member
    end
  end
  if #fresh > 0 then redis.call('SADD', current, unpack(fresh)) end
  return #fresh, skip
end
`;

/**
 * Appends one partition's part of a batch of events: ids seen before are left out, the answer is kept under the
 * Idempotency-Key.
 * KEYS raw, bodies, ledger, state, ids:0, ids:1, parts, parts index.
 * ARGV field ('' = no key), digest, keep, keepMs, most ids in a set, window in ms, timeline, meta (a JSON object), body,
 * then the ids in the order of the body.
 * Answer: {accepted, duplicates}.
 */
export const APPEND_PART = `
${NOW}${RECORDS}${COUNT}${APPEND}${DEDUPE}
local field, digest, keep, keepMs = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
if field ~= '' then
  local before = recorded(KEYS[7], field, keepMs)
  if before and before.digest == digest then return {before.accepted, before.duplicates} end
end
local members = {}
for i = 10, #ARGV do members[i - 9] = ARGV[i] end
local n, skip = freshOf(KEYS[4], {KEYS[5], KEYS[6]}, members, tonumber(ARGV[5]), tonumber(ARGV[6]))
local repeats = #members - n
if n > 0 then
  local meta = ARGV[8]
  if repeats > 0 then meta = string.sub(meta, 1, -2) .. ',"skip":[' .. table.concat(skip, ',') .. ']}' end
  append(KEYS[1], KEYS[2], n, ARGV[7], meta, ARGV[9])
end
if field ~= '' then
  local record = {state = 'done', digest = digest, accepted = n, duplicates = repeats}
  remember(KEYS[7], KEYS[8], field, record, keep, keepMs)
end
count(KEYS[3], KEYS[4], 'edge.received', #members, 'edge.accepted', n, 'edge.duplicates', repeats)
return {n, repeats}
`;
