/** `now`: the server's clock in ms, the one that all nodes share. */
export const NOW = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
`;

/**
 * `recorded(records, field)`: what was recorded under an Idempotency-Key, nil where nothing is or it is too old.
 * `remember(...)`: records it and forgets the oldest beyond `keep` or `keepMs`, at most 16 a call.
 * A record is `state|digest|at|token|accepted|duplicates|rejected`; state is `running`, `open` or `done`.
 */
export const RECORDS = `
local function recorded(records, field, keepMs)
  local text = redis.call('HGET', records, field)
  if not text then return nil end
  local state, digest, at, token, accepted, duplicates, rejected =
    string.match(text, '^(%a+)|([^|]*)|(%d+)|([^|]*)|(%d+)|(%d+)|(%d+)$')
  if now - at > keepMs then return nil end
  return {state = state, digest = digest, at = tonumber(at), token = token,
    accepted = tonumber(accepted), duplicates = tonumber(duplicates), rejected = tonumber(rejected)}
end
local function remember(records, index, field, record, keep, keepMs)
  redis.call('HSET', records, field, string.format('%s|%s|%d|%s|%d|%d|%d', record.state, record.digest, now,
    record.token or '', record.accepted or 0, record.duplicates or 0, record.rejected or 0))
  redis.call('ZADD', index, now, field)
  local over = redis.call('ZCARD', index) - keep
  local oldest = redis.call('ZRANGE', index, 0, 15, 'WITHSCORES')
  for i = 1, #oldest, 2 do
    if over <= 0 and now - oldest[i + 1] <= keepMs then break end
    redis.call('ZREM', index, oldest[i])
    redis.call('HDEL', records, oldest[i])
    over = over - 1
  end
end
`;

/** `count(ledger, state, name, by, ...)`: adds to counters and marks the ledger as changed. */
export const COUNT = `
local function count(ledger, state, ...)
  local changes = {...}
  for i = 1, #changes, 2 do redis.call('HINCRBY', ledger, changes[i], changes[i + 1]) end
  redis.call('HINCRBY', state, 'commits', 1)
end
`;

/** `append(stream, bodies, n, timeline, meta, body)`: one raw entry. */
export const APPEND = `
local function append(stream, bodies, n, timeline, meta, body)
  local id = redis.call('XADD', stream, '*', 'n', n, 'tl', timeline, 'm', meta)
  redis.call('HSET', bodies, id, body)
end
`;
