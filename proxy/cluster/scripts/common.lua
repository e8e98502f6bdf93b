-- SPDX-License-Identifier: Apache-2.0
-- What the others need. All times are of the engine's own clock, in milliseconds: those of the
-- machines may differ, and step.

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Of a sorted set by time: what began before then is forgotten, and the set with it when nobody asks
-- for so long.
local function trim(key, before)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. string.format('%.0f', before))
end

local function whole(number)
  return string.format('%.0f', number)
end
