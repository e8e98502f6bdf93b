-- SPDX-License-Identifier: Apache-2.0
-- Who is banned. KEYS: bans (hash: network -> kind and sealed ban), ends (sorted set: network ->
-- when it is over), as each function says. A kind is `m`, by an administrator, or `a`, automatic.

local FOREVER = '+inf'

local function forget_bans(bans, ends, names)
  for _, name in ipairs(names) do
    redis.call('HDEL', bans, name)
    redis.call('ZREM', ends, name)
  end
end

-- KEYS bans, ends. ARGV network, kind, sealed, milliseconds (0: for ever), most, channel.
-- 1: it is one now, and everybody is told. 0: there is one that holds longer or is by hand. -1: there
-- is no room.
local function ban(keys, args)
  local bans, ends = keys[1], keys[2]
  local network, kind, sealed, span, most, channel = unpack(args)
  local time = now()
  forget_bans(bans, ends, redis.call('ZRANGEBYSCORE', ends, '-inf', whole(time), 'LIMIT', 0, 100))
  local over = span == '0' and FOREVER or whole(time + span)
  local old = redis.call('HGET', bans, network)
  if old then
    local until_then = tonumber(redis.call('ZSCORE', ends, network)) or 0
    local by_hand = string.sub(old, 1, 1) == 'm'
    if kind == 'a' and (by_hand or until_then >= (tonumber(over) or math.huge)) then return 0 end
  elseif redis.call('HLEN', bans) >= tonumber(most) then
    local first = redis.call('ZRANGE', ends, 0, 0)[1]
    local was = first and redis.call('HGET', bans, first)
    if not was or string.sub(was, 1, 1) == 'm' then return -1 end
    forget_bans(bans, ends, {first})
  end
  redis.call('HSET', bans, network, kind .. sealed)
  redis.call('ZADD', ends, over, network)
  redis.call('PUBLISH', channel, '+' .. network .. ' ' .. kind .. ' ' .. span .. ' ' .. sealed)
  return 1
end

-- KEYS bans, ends. ARGV network, channel. How many there were.
local function unban(keys, args)
  local found = redis.call('HDEL', keys[1], args[1])
  redis.call('ZREM', keys[2], args[1])
  redis.call('PUBLISH', args[2], '-' .. args[1])
  return found
end

-- KEYS bans, ends. ARGV cursor, count. The next cursor, and for each: network, kind, milliseconds
-- left (0: for ever), sealed.
local function list_bans(keys, args)
  local page = redis.call('HSCAN', keys[1], args[1], 'COUNT', args[2])
  local time = now()
  local told = {page[1]}
  for i = 1, #page[2], 2 do
    local network, ban_there = page[2][i], page[2][i + 1]
    local over = redis.call('ZSCORE', keys[2], network)
    local left = over == 'inf' and 0 or over and tonumber(over) - time
    if left and (over == 'inf' or left > 0) then
      told[#told + 1] = network
      told[#told + 1] = string.sub(ban_there, 1, 1)
      told[#told + 1] = whole(left)
      told[#told + 1] = string.sub(ban_there, 2)
    end
  end
  return told
end
