import { BEFORE, compareAndSet, EVENTS_AFTER } from './fragments';

/**
 * Reads the segment (base, to] of a work order.
 * KEYS state, stream, bodies, watermarks, channels. ARGV stage, base, to.
 * Answer: `STALE`, `GAP`, or {entries {id, n, timeline, meta, body}, watermarks, channels, base under suspicion}.
 */
export function readSegmentScript(fenced: boolean): string {
  return `
${BEFORE}
${fenced ? compareAndSet('KEYS[1]', "'cursor:' .. ARGV[1]", 'ARGV[2]') : ''}
local entries = {}
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '(' .. ARGV[2], ARGV[3])) do
  local fields = entry[2]
  entries[#entries + 1] = {entry[1], fields[2], fields[4], fields[6], redis.call('HGET', KEYS[3], entry[1]) or ''}
end
local suspect = redis.call('HGET', KEYS[1], 'suspect:' .. ARGV[1]) or ''
return {entries, redis.call('HGETALL', KEYS[4]), redis.call('HGETALL', KEYS[5]), suspect}
`;
}

/**
 * Where each stage of a partition stands and the next segment it could take.
 * KEYS state, then one input stream a stage. ARGV per stage: name, most events, most entries.
 * Answer: per stage {cursor, to ('' = nothing to do), events, entries}.
 */
export const POSITIONS = `
local answer = {}
for i = 1, #KEYS - 1 do
  local stage, mostEvents, mostEntries = ARGV[i * 3 - 2], tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
  local cursor = redis.call('HGET', KEYS[1], 'cursor:' .. stage) or '0-0'
  local to, events, count = '', 0, 0
  for _, entry in ipairs(redis.call('XRANGE', KEYS[i + 1], '(' .. cursor, '+', 'COUNT', mostEntries)) do
    local n = tonumber(entry[2][2])
    if count > 0 and events + n > mostEvents then break end
    to, events, count = entry[1], events + n, count + 1
  end
  answer[i] = {cursor, to, events, count}
end
return answer
`;

/**
 * Timelines that have events on the way in a partition before its channels.
 * KEYS raw, normalised. Both hold only what is not committed. More than 1 000 entries: '*', all of them.
 */
export const PENDING_TIMELINES = `
local seen, answer = {}, {}
for _, stream in ipairs(KEYS) do
  local entries = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1001)
  if #entries > 1000 then return {'*'} end
  for _, entry in ipairs(entries) do
    local timeline = entry[2][4]
    if not seen[timeline] then
      seen[timeline] = true
      answer[#answer + 1] = timeline
    end
  end
end
return answer
`;

/**
 * What lies behind the aggregation cursor and what the channels have handed on.
 * KEYS state, ledger, keyed, channels. Read before any UPSTREAM (see ledger/balance.ts).
 */
export const DOWNSTREAM = `
${EVENTS_AFTER}
local cursor = redis.call('HGET', KEYS[1], 'cursor:aggregation') or '0-0'
local events, first = eventsAfter(KEYS[3], cursor)
return {events, first, redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[4])}
`;

/** What lies before the channels. KEYS state, ledger, raw, normalised. */
export const UPSTREAM = `
${EVENTS_AFTER}
local rawEvents, rawFirst = eventsAfter(KEYS[3], redis.call('HGET', KEYS[1], 'cursor:ingest') or '0-0')
local cursor = redis.call('HGET', KEYS[1], 'cursor:processing') or '0-0'
local events, first = eventsAfter(KEYS[4], cursor)
return {rawEvents, rawFirst, events, first, redis.call('HGETALL', KEYS[2]), cursor}
`;
