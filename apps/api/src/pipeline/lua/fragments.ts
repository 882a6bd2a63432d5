/** `before(a, b)`: entry id a lies before b. Ids compare by number: as text 9-0 would follow 10-0. */
export const BEFORE = `
local function before(a, b)
  local ams, aseq = string.match(a, '^(%d+)-(%d+)$')
  local bms, bseq = string.match(b, '^(%d+)-(%d+)$')
  ams, aseq, bms, bseq = tonumber(ams), tonumber(aseq), tonumber(bms), tonumber(bseq)
  if ams ~= bms then return ams < bms end
  return aseq < bseq
end
`;

/** `after(id)`: the smallest id behind it, for XTRIM MINID, which keeps the id it is given. */
export const AFTER = `
local function after(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return ms .. '-' .. string.format('%d', tonumber(seq) + 1)
end
`;

/**
 * Compare-and-set on a cursor kept in hash `state` under `field`: goes on only where the cursor is still `base`.
 * `STALE`: somebody else committed this segment. `GAP`: the segment before it is not committed yet.
 */
export function compareAndSet(state: string, field: string, base: string): string {
  return `
do
  local cursor = redis.call('HGET', ${state}, ${field}) or '0-0'
  if cursor ~= ${base} then
    if before(${base}, cursor) then return 'STALE' end
    return 'GAP'
  end
end
`;
}

/** `appendBatch(stream, bodies, output, body)`: one header and its body, under one id. */
export const APPEND_BATCH = `
local function appendBatch(stream, bodies, output, body)
  local id = redis.call('XADD', stream, '*', 'n', output.n, 'tl', output.tl, 'm', output.m)
  redis.call('HSET', bodies, id, body)
  return id
end
`;

/** `dropThrough(stream, bodies, to)`: removes entries up to and including \`to\` with their bodies. */
export const DROP_THROUGH = `
local function dropThrough(stream, bodies, to)
  local entries = redis.call('XRANGE', stream, '-', to)
  for _, entry in ipairs(entries) do redis.call('HDEL', bodies, entry[1]) end
  redis.call('XTRIM', stream, 'MINID', after(to))
end
`;

/** `eventsAfter(stream, cursor)`: events in the entries behind a cursor and the id of the first of them. */
export const EVENTS_AFTER = `
local function eventsAfter(stream, cursor)
  local events, first = 0, ''
  for _, entry in ipairs(redis.call('XRANGE', stream, '(' .. cursor, '+')) do
    if first == '' then first = entry[1] end
    events = events + tonumber(entry[2][2])
  end
  return events, first
end
`;
