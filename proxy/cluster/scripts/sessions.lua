-- SPDX-License-Identifier: Apache-2.0
-- How many sessions a user has. A user's key is a hash: id of a machine -> sessions there. Those of a
-- machine that is dead count no more, so whatever becomes of it gives them back.

local KEPT = 86400000 -- a key that nobody touches for a day

local function sessions_of(user, lives, time)
  local sum = 0
  local all = redis.call('HGETALL', user)
  for i = 1, #all, 2 do
    if alive(lives, all[i], time) then
      sum = sum + tonumber(all[i + 1])
    else
      redis.call('HDEL', user, all[i])
    end
  end
  return sum
end

local function add_session(user, id)
  redis.call('HINCRBY', user, id, 1)
  redis.call('PEXPIRE', user, KEPT)
end

local function drop_session(user, id)
  local left = redis.call('HINCRBY', user, id, -1)
  if left <= 0 then redis.call('HDEL', user, id) end
end

-- KEYS user. ARGV id. A session of this user is over.
local function leave(keys, args)
  drop_session(keys[1], args[1])
  return 1
end

-- KEYS users… ARGV id, sessions… So many there are here; what was known of it before is wrong.
local function declare(keys, args)
  for i, user in ipairs(keys) do
    if args[i + 1] == '0' then
      redis.call('HDEL', user, args[1])
    else
      redis.call('HSET', user, args[1], args[i + 1])
      redis.call('PEXPIRE', user, KEPT)
    end
  end
  return #keys
end
