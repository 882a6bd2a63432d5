import { APPEND_BATCH, BEFORE } from './fragments';

/**
 * Puts one dead letter back into the input of its stage, once: mark, entry and counts together or not at all.
 * KEYS state, ledger, dead letters, redriven, input, input bodies.
 * ARGV[1] plan {letter, eventId, kept, counters, n, tl, m}, ARGV[2] the body.
 * Answer: OK, GONE (the letter is no longer kept) or REDRIVEN (it went back before).
 */
export const REDRIVE = `
${BEFORE}${APPEND_BATCH}
local plan = cjson.decode(ARGV[1])
if #redis.call('XRANGE', KEYS[3], plan.letter, plan.letter) == 0 then return 'GONE' end
if redis.call('HSETNX', KEYS[4], plan.letter, plan.eventId) == 0 then return 'REDRIVEN' end
appendBatch(KEYS[5], KEYS[6], plan, ARGV[2])
for _, name in ipairs(plan.counters) do redis.call('HINCRBY', KEYS[2], name, 1) end
redis.call('HINCRBY', KEYS[1], 'commits', 1)
-- Marks of letters that are no longer kept go when there are more marks than letters can be.
if redis.call('HLEN', KEYS[4]) > plan.kept then
  local oldest = redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', 1)[1][1]
  for _, letter in ipairs(redis.call('HKEYS', KEYS[4])) do
    if before(letter, oldest) then redis.call('HDEL', KEYS[4], letter) end
  end
end
return 'OK'
`;

/** Removes a dead letter from the list; its count stays. KEYS dead letters, redriven. ARGV letter. Answer 1 or 0. */
export const HIDE_DEAD_LETTER = `
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('XDEL', KEYS[1], ARGV[1])
`;
