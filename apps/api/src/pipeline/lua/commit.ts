import { AFTER, APPEND_BATCH, BEFORE, compareAndSet, DROP_THROUGH } from './fragments';

/** Removes what recent events no longer need: whole entries from the front, never past a cursor of a reader. */
const KEEP_RECENT = `
local function keepRecent(state, stream, bodies, to, added, keep)
  local kept = redis.call('HINCRBY', state, 'kept', added)
  local detection = redis.call('HGET', state, 'cursor:detection')
  local limit = to
  if detection and before(detection, to) then limit = detection end
  local last
  for _, entry in ipairs(redis.call('XRANGE', stream, '-', limit, 'COUNT', 512)) do
    local n = tonumber(entry[2][2])
    if kept - n < keep then break end
    kept, last = kept - n, entry[1]
    redis.call('HDEL', bodies, last)
  end
  if last then
    redis.call('XTRIM', stream, 'MINID', after(last))
    redis.call('HSET', state, 'kept', kept)
  end
end
`;

/**
 * `tellDetection(state, marks, plan)`: one mark a commit, the step in which detection follows. The cursor is there before the
 * first trim, so that nothing goes unread. Without a mark detection is off: nobody will come, and nothing is held for it.
 */
const TELL_DETECTION = `
local function tellDetection(state, marks, plan)
  if not plan.mark then
    redis.call('HDEL', state, 'cursor:detection')
    redis.call('DEL', marks)
    return
  end
  redis.call('HSETNX', state, 'cursor:detection', plan.base)
  local total = redis.call('HINCRBY', state, 'marked', plan.events)
  redis.call('XADD', marks, '*', 'to', plan.to, 'n', plan.events, 'total', total, 'm', plan.mark)
end
`;

/**
 * The commit of a work order: everything it brings about, or nothing. Lua does not roll back, so the one test comes
 * before the first write; the plan was validated where it was made.
 * KEYS state, ledger, input, input bodies, dead letters, output, output bodies, watermarks, marks.
 * ARGV[1] plan as JSON (see commit-plan.ts), then the bodies of its outputs in order.
 * Answer: OK, STALE or GAP.
 */
export function commitScript(fenced: boolean): string {
  return `
${BEFORE}${AFTER}${APPEND_BATCH}${DROP_THROUGH}${KEEP_RECENT}${TELL_DETECTION}
local plan = cjson.decode(ARGV[1])
local field = 'cursor:' .. plan.stage
${fenced ? compareAndSet('KEYS[1]', 'field', 'plan.base') : ''}
for i, output in ipairs(plan.outputs) do appendBatch(KEYS[6], KEYS[7], output, ARGV[1 + i]) end
for _, letter in ipairs(plan.deadLetters) do redis.call('XADD', KEYS[5], '*', 'stage', plan.stage, 'm', letter) end
-- Dead letters are read by people, not by a cursor: what they no longer keep stays in the ledger's counts.
if #plan.deadLetters > 0 then redis.call('XTRIM', KEYS[5], 'MAXLEN', plan.deadLettersKept) end
for name, by in pairs(plan.counters) do redis.call('HINCRBY', KEYS[2], name, by) end
for name, value in pairs(plan.watermarks) do redis.call('HSET', KEYS[8], name, value) end
if plan.change then
  local total = redis.call('HGET', KEYS[2], 'aggregation.out') or '0'
  redis.call('XADD', KEYS[6], '*', 'total', total, 'd', ARGV[#ARGV], 'to', plan.to)
end
redis.call('HSET', KEYS[1], field, plan.to)
if plan.stage == 'processing' then redis.call('HDEL', KEYS[1], 'decision') end
redis.call('HINCRBY', KEYS[1], 'commits', 1)
if plan.keep then
  tellDetection(KEYS[1], KEYS[9], plan)
  keepRecent(KEYS[1], KEYS[3], KEYS[4], plan.to, plan.events, plan.keep)
else
  dropThrough(KEYS[3], KEYS[4], plan.to)
end
return 'OK'
`;
}

/**
 * Records what the segment will do before the first channel append, or answers what an earlier attempt recorded.
 * KEYS state. ARGV base, decision as JSON. Answer: STALE, GAP or the decision to obey.
 */
export const DECIDE = `
${BEFORE}
${compareAndSet('KEYS[1]', "'cursor:processing'", 'ARGV[1]')}
if redis.call('HSETNX', KEYS[1], 'decision', ARGV[2]) == 1 then return ARGV[2] end
return redis.call('HGET', KEYS[1], 'decision')
`;

/**
 * One channel append: what partition \`from\` has for this one in (base, to], empty ones included.
 * KEYS state, channels, keyed, keyed bodies. ARGV[1] plan {from, base, to, outputs}, then the bodies.
 * Answer: OK, STALE or GAP.
 */
export function channelAppendScript(fenced: boolean): string {
  return `
${BEFORE}${APPEND_BATCH}
local plan = cjson.decode(ARGV[1])
${fenced ? compareAndSet('KEYS[2]', 'plan.from', 'plan.base') : ''}
local events = 0
for i, output in ipairs(plan.outputs) do
  local id = appendBatch(KEYS[3], KEYS[4], output, ARGV[1 + i])
  redis.call('HSET', KEYS[2], plan.from .. ':last:' .. output.tl, id)
  events = events + output.n
end
redis.call('HSET', KEYS[2], plan.from, plan.to)
redis.call('HINCRBY', KEYS[2], plan.from .. ':total', events)
redis.call('HINCRBY', KEYS[1], 'commits', 1)
return 'OK'
`;
}
