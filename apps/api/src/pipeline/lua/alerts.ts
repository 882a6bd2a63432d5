import { SEVERITY_LEVELS } from '@watchfloor/contracts';
import { LIVE_TIMELINE } from '../topology';

/**
 * An alert is stored in two hashes under its id, so that detection and people never overwrite each other:
 * - detected: `<ended> <events> <last> <raisedAt> <changedAt> <timeline>\n<alert as JSON>`
 * - handling: `<version> <status>\n<assignee as JSON>`, then one note as JSON a line; none means `1 open\nnull`.
 * Texts instead of JSON where a script looks inside: an empty array would leave its JSON library as an object.
 * KEYS of every script that writes: index, detected, handling, leaving, log, counts.
 */
const ALERT_PARTS = `
local INDEX, DETECTED, HANDLING, LEAVING, LOG, COUNTS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]

local function detectedOf(id)
  local stored = redis.call('HGET', DETECTED, id)
  if not stored then return nil end
  local ended, events, last, raisedAt, changedAt, timeline, body =
    string.match(stored, '^(%d) (%d+) (%d+) (%d+) (%d+) (%S+)\\n(.*)$')
  return {ended = ended, events = tonumber(events), last = tonumber(last),
    raisedAt = raisedAt, changedAt = changedAt, timeline = timeline, body = body}
end

local function putDetected(id, one)
  local head = {one.ended, string.format('%d', one.events), string.format('%d', one.last),
    one.raisedAt, one.changedAt, one.timeline}
  redis.call('HSET', DETECTED, id, table.concat(head, ' ') .. '\\n' .. one.body)
end

local function handlingOf(id)
  local version, status, rest = string.match(redis.call('HGET', HANDLING, id) or '1 open\\nnull', '^(%d+) (%a+)\\n(.*)$')
  return tonumber(version), status, rest
end

local function putHandling(id, version, status, rest)
  redis.call('HSET', HANDLING, id, string.format('%d', version) .. ' ' .. status .. '\\n' .. rest)
end

local function logChange(id, timeline, kept)
  local n = redis.call('HINCRBY', COUNTS, 'logged', 1)
  redis.call('XADD', LOG, 'MAXLEN', kept, '*', 'n', n, 'id', id, 'tl', timeline)
end

local function moveStatus(from, to)
  if from then redis.call('HINCRBY', COUNTS, from, -1) end
  if to then redis.call('HINCRBY', COUNTS, to, 1) end
end

-- The place makes a later time come first as text.
local function memberOf(id, one)
  return one.timeline .. ' ' .. string.format('%015d', 999999999999999 - tonumber(one.raisedAt)) .. ' ' .. id
end

local SEVERITIES = {${SEVERITY_LEVELS.map((level, i) => `${level} = ${i}`).join(', ')}}

-- Those that ended and are closed go first, then those that ended, then those that go on; of each those of other timelines
-- than the live one first, then the less severe, then the one raised first.
local function markLeaving(id, one, status, severity)
  local score = tonumber(one.raisedAt)
  if not (one.ended == '1' and status == 'closed') then
    local level = SEVERITIES[severity or string.match(one.body, '"severity":"(%a+)"')] or 0
    local group = (one.ended == '1' and 0 or 2) + (one.timeline == '${LIVE_TIMELINE}' and 1 or 0)
    score = score + 1e14 * (1 + group) + 1e13 * level
  end
  redis.call('ZADD', LEAVING, score, id)
end

local function drop(id, one)
  local _, status = handlingOf(id)
  moveStatus(status, nil)
  redis.call('ZREM', INDEX, memberOf(id, one))
  redis.call('HDEL', DETECTED, id)
  redis.call('HDEL', HANDLING, id)
  redis.call('ZREM', LEAVING, id)
end
`;

/**
 * Applies what detection says. Of two states of one alert the one with more events wins, then the one seen last; an
 * end stays: so the order of changes and their repetition change nothing.
 * ARGV timeline, now, alerts kept, changes kept, the note of an end as JSON; then for each change:
 * id, 1 where it ended, events, last seen in ms, severity, alert as JSON.
 * Answer: how many changes had an effect.
 */
export const APPLY_ALERTS = `
${ALERT_PARTS}
local timeline, now, kept, logged, endNote = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]

local function raise(id, severity)
  local one = {ended = '0', events = -1, last = -1, raisedAt = now, timeline = timeline}
  redis.call('ZADD', INDEX, 0, memberOf(id, one))
  markLeaving(id, one, 'open', severity)
  redis.call('HINCRBY', COUNTS, 'raised', 1)
  redis.call('HINCRBY', COUNTS, 'raised:' .. severity, 1)
  moveStatus(nil, 'open')
  return one
end

local function closeEnded(id, one)
  local version, status, rest = handlingOf(id)
  if status == 'open' then
    moveStatus(status, 'closed')
    status = 'closed'
    putHandling(id, version + 1, status, rest .. '\\n' .. endNote)
  end
  markLeaving(id, one, status)
end

local function makeRoom()
  while redis.call('ZCARD', LEAVING) > kept do
    local id = redis.call('ZRANGE', LEAVING, 0, 0)[1]
    local one = detectedOf(id)
    drop(id, one)
    logChange(id, one.timeline, logged)
  end
end

local effects = 0
for i = 6, #ARGV, 6 do
  local id, ended, events, last = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
  local one = detectedOf(id) or raise(id, ARGV[i + 4])
  local isNewer = events > one.events or (events == one.events and last > one.last)
  local hasEnded = ended == '1' and one.ended == '0'
  if isNewer then one.events, one.last, one.body = events, last, ARGV[i + 5] end
  if hasEnded then one.ended = '1' end
  if isNewer or hasEnded then
    one.changedAt = now
    putDetected(id, one)
    if hasEnded then closeEnded(id, one) end
    logChange(id, timeline, logged)
    effects = effects + 1
  end
end
makeRoom()
return effects
`;

/**
 * Replaces how an alert is handled where its version is still the expected one.
 * ARGV id, expected version, changes kept, new status, and the rest of the record.
 * Answer: {OK, detected, handling}, {STALE, version} or {GONE}.
 */
export const HANDLE_ALERT = `
${ALERT_PARTS}
local id, kept, status, rest = ARGV[1], ARGV[3], ARGV[4], ARGV[5]
local one = detectedOf(id)
if not one then return {'GONE'} end
local version, before = handlingOf(id)
if version ~= tonumber(ARGV[2]) then return {'STALE', string.format('%d', version)} end
moveStatus(before, status)
putHandling(id, version + 1, status, rest)
markLeaving(id, one, status)
logChange(id, one.timeline, kept)
return {'OK', redis.call('HGET', DETECTED, id), redis.call('HGET', HANDLING, id)}
`;

/** Reads alerts as they are at one moment. KEYS detected, handling. ARGV ids. Answer: both texts of each, '' for none. */
export const READ_ALERTS = `
local answer = {}
for i, id in ipairs(ARGV) do
  answer[i * 2 - 1] = redis.call('HGET', KEYS[1], id) or ''
  answer[i * 2] = redis.call('HGET', KEYS[2], id) or ''
end
return answer
`;

/**
 * The next alerts of a timeline in the order of the index. KEYS index, detected, handling.
 * ARGV bounds of the index by text, members looked at, the statuses that are wanted with commas between, or ''.
 * Answer: how many were looked at, the last of them ('' for none), then both texts of each that has one of the statuses.
 */
export const LIST_ALERTS = `
local members = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])
local answer = {#members, members[#members] or ''}
for _, member in ipairs(members) do
  local id = string.match(member, ' (%S+)$')
  local handling = redis.call('HGET', KEYS[3], id) or ''
  local status = string.match(handling, '^%d+ (%a+)') or 'open'
  if ARGV[4] == '' or string.find(',' .. ARGV[4] .. ',', ',' .. status .. ',', 1, true) then
    answer[#answer + 1] = redis.call('HGET', KEYS[2], id) or ''
    answer[#answer + 1] = handling
  end
end
return answer
`;

/**
 * Forgets some alerts of a timeline. ARGV bounds of the index by text, the most that go now, timeline, changes kept.
 * Answer: how many went.
 */
export const FORGET_ALERTS = `
${ALERT_PARTS}
local members = redis.call('ZRANGEBYLEX', INDEX, ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])
for _, member in ipairs(members) do
  local id = string.match(member, ' (%S+)$')
  drop(id, detectedOf(id))
end
if #members > 0 then logChange('', ARGV[4], ARGV[5]) end
return #members
`;
