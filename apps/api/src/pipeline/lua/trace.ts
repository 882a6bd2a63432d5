import { BEFORE } from './fragments';

/**
 * The change of the commit that took an entry of the keyed stream.
 * KEYS changes. ARGV entry id, most changes looked at. Answer: id of the change, its time is the commit's; '' when it
 * is no longer kept. One change at a time: their bodies are large and only the first is usually needed.
 */
export const CHANGE_OF_ENTRY = `
${BEFORE}
local from = string.match(ARGV[1], '^%d+') .. '-0'
for _ = 1, tonumber(ARGV[2]) do
  local entry = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', 1)[1]
  if not entry then return '' end
  local to = entry[2][6]
  if to and not before(to, ARGV[1]) then return entry[1] end
  from = '(' .. entry[1]
end
return ''
`;
