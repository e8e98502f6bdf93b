-- SPDX-License-Identifier: Apache-2.0
-- Which machines there are. KEYS: nodes (hash: id -> sealed, what it says of itself), lives (sorted
-- set: id -> when it is taken for dead), epoch (drawn when there was none: another one means that
-- what stood here is gone).

local GONE = 600000 -- after so long a dead one is forgotten

local function alive(lives, id, time)
  local over = redis.call('ZSCORE', lives, id)
  return over and tonumber(over) > time
end

-- KEYS nodes, lives, epoch. ARGV id, sealed, milliseconds, epoch to draw.
-- The epoch, and how many machines live.
local function beat(keys, args)
  local nodes, lives, epoch = unpack(keys)
  local time = now()
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', lives, '-inf', whole(time - GONE))) do
    redis.call('HDEL', nodes, id)
    redis.call('ZREM', lives, id)
  end
  redis.call('HSET', nodes, args[1], args[2])
  redis.call('ZADD', lives, whole(time + args[3]), args[1])
  redis.call('SET', epoch, args[4], 'NX')
  return {redis.call('GET', epoch), redis.call('ZCOUNT', lives, whole(time), '+inf')}
end

-- KEYS nodes, lives. ARGV id. It ends, and its sessions with it.
local function leave_for_good(keys, args)
  redis.call('HDEL', keys[1], args[1])
  return redis.call('ZREM', keys[2], args[1])
end

-- KEYS nodes, lives. For each: id, milliseconds that it has left (negative: it is dead), sealed.
local function list_nodes(keys)
  local time = now()
  local told = {}
  local all = redis.call('ZRANGE', keys[2], 0, -1, 'WITHSCORES')
  for i = 1, #all, 2 do
    told[#told + 1] = all[i]
    told[#told + 1] = whole(all[i + 1] - time)
    told[#told + 1] = redis.call('HGET', keys[1], all[i]) or ''
  end
  return told
end
