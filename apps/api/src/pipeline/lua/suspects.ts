/**
 * Counts that an order is begun again and answers {times begun again, search so far ('' = none)}. What is kept of another
 * base is of a segment that has ended.
 * KEYS state. ARGV stage, base.
 */
export const BEGIN_AGAIN = `
local field = 'suspect:' .. ARGV[1]
if redis.call('HGET', KEYS[1], field) ~= ARGV[2] then
  redis.call('HSET', KEYS[1], field, ARGV[2], field .. ':tries', 0, field .. ':search', '')
end
return {redis.call('HINCRBY', KEYS[1], field .. ':tries', 1), redis.call('HGET', KEYS[1], field .. ':search')}
`;

/**
 * Writes how far a search is; only for the attempt that was begun last. Answer: 1, or 0 where another goes on with it.
 * KEYS state. ARGV stage, base, times begun again, search as JSON.
 */
export const NOTE_SEARCH = `
local field = 'suspect:' .. ARGV[1]
local kept = redis.call('HMGET', KEYS[1], field, field .. ':tries')
if kept[1] ~= ARGV[2] or kept[2] ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], field .. ':search', ARGV[4])
return 1
`;
