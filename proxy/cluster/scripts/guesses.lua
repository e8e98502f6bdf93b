-- SPDX-License-Identifier: Apache-2.0
-- Wrong passwords, as the guard of one machine counts them (policy/guess_guard.hpp), for all machines.
-- A guess is a keyed hash of a user, a secret and a place, a stranger one of a user and a place; where
-- only the backend can tell secrets apart, a guess is drawn. An area is a place or a network around it. Of an area there are sorted sets by time:
-- `wrong` (guesses that the backend refused), `strangers` (users who never logged in there and have a
-- wrong password), and of both those that are being asked about now. Of a user at a place: `pair`
-- (guesses that are wrong or not answered yet), `refused` (hash: guess -> how often, what was said,
-- when; and when the user was counted as a stranger) and `lock`.

local ASKED = 120000  -- longer no backend is asked; what a dead machine asked is over then
local REFUSED_KEPT = 4 -- passwords of one user at one place

local STRANGER = '*'   -- the field of `refused` that says since when

-- The areas among the keys, from the place to the widest, each with four times the limits of the one
-- before.
local function areas_of(keys, first)
  local areas = {}
  local factor = 1
  for i = first, #keys, 4 do
    areas[#areas + 1] = {wrong = keys[i], asked = keys[i + 1], strangers = keys[i + 2],
                         asked_strangers = keys[i + 3], factor = factor}
    factor = factor * 4
  end
  return areas
end

local function put(set, member, time, kept)
  redis.call('ZADD', set, 'NX', whole(time), member)
  redis.call('PEXPIRE', set, kept)
end

-- Whether the backend was asked about this guess before, or is.
local function is_tried(try)
  return redis.call('HEXISTS', try.refused, try.guess) == 1
      or redis.call('ZSCORE', try.pair, try.guess)
end

local function is_counted_stranger(try, time)
  local since = redis.call('HGET', try.refused, STRANGER)
  return since and time - since < try.spray_window
end

-- Whether the user would be one more of them. Of the tries of one user side by side the first counts.
local function is_new_stranger(try, time)
  if try.known or try.opaque or try.spray_users == 0 then return false end
  return redis.call('ZCARD', try.pair) == 0 and not is_counted_stranger(try, time)
end

-- Whether as many as may be wrong are being asked about, or were.
local function is_crowded(area, try, stranger, time)
  trim(area.wrong, time - try.window)
  trim(area.asked, time - ASKED)
  local limit = try.per_ip * area.factor
  local guesses = redis.call('ZCARD', area.wrong) + redis.call('ZCARD', area.asked)
  if limit > 0 and guesses >= limit then return true end
  if not stranger then return false end
  trim(area.strangers, time - try.spray_window)
  trim(area.asked_strangers, time - ASKED)
  local users = redis.call('ZCARD', area.strangers) + redis.call('ZCARD', area.asked_strangers)
  return users >= try.spray_users * area.factor
end

-- What the backend has said again and again, and just now; or nothing.
local function said_before(try, time)
  local entry = redis.call('HGET', try.refused, try.guess)
  if not entry then return nil end
  local count, said, last = string.match(entry, '^(%d+) (%d+) (%d+)$')
  if tonumber(count) < try.often or time - last > try.remember then return nil end
  return tonumber(said)
end

-- Returns whether it was refused before.
local function note_refusal(try, said, time)
  local entry = redis.call('HGET', try.refused, try.guess)
  local count = entry and tonumber(string.match(entry, '^%d+')) or 0
  if not entry and redis.call('HLEN', try.refused) > REFUSED_KEPT then
    local oldest, since
    local all = redis.call('HGETALL', try.refused)
    for i = 1, #all, 2 do
      local last = tonumber(string.match(all[i + 1], '^%d+ %d+ (%d+)$'))
      if last and (not since or last < since) then oldest, since = all[i], last end
    end
    if oldest then redis.call('HDEL', try.refused, oldest) end
  end
  redis.call('HSET', try.refused, try.guess, whole(count + 1) .. ' ' .. said .. ' ' .. whole(time))
  redis.call('PEXPIRE', try.refused, math.max(try.remember, try.window, try.spray_window, 1))
  return entry
end

local function is_locked(try)
  if try.per_user == 0 or try.known or try.opaque then return false end
  if redis.call('EXISTS', try.lock) == 1 then return true end
  return not is_tried(try) and redis.call('ZCARD', try.pair) >= try.per_user
end

-- Who usually comes from there, and has few guesses, is let through a crowd.
local function passes_crowd(try)
  if not try.known or try.opaque or is_tried(try) then return false end
  return redis.call('ZCARD', try.pair) < (try.per_user > 0 and try.per_user or try.per_ip)
end

-- 0: it may be tried. 2: the user is locked there. 3: there are too many. 4: it is known to be wrong,
-- and what was said of it.
local function gate(try, areas, time)
  trim(try.pair, time - try.window)
  local said = not try.opaque and try.remember > 0 and said_before(try, time)
  if said then return 4, said end
  if try.proven or try.ban == 0 then return 0, 0 end
  if is_locked(try) then return 2, 0 end
  if passes_crowd(try) then return 0, 0 end
  local stranger = is_new_stranger(try, time)
  for _, area in ipairs(areas) do
    if is_crowded(area, try, stranger, time) then return 3, 0 end
  end
  return 0, 0
end

-- 0: nobody is charged. 1: the place is. 2: the user is, too. 3: and is a stranger there.
local function charge(try, areas, time)
  if try.proven then return 0 end
  for _, area in ipairs(areas) do put(area.asked, try.guess, time, ASKED) end
  if try.opaque or is_tried(try) then return 1 end
  local stranger = is_new_stranger(try, time)
  put(try.pair, try.guess, time, try.window)
  if not stranger then return 2 end
  for _, area in ipairs(areas) do put(area.asked_strangers, try.stranger, time, ASKED) end
  return 3
end

local function settle(try, areas, charged)
  for _, area in ipairs(areas) do
    redis.call('ZREM', area.asked, try.guess)
    if charged == 3 then redis.call('ZREM', area.asked_strangers, try.stranger) end
  end
end

-- Returns whether the user is one more of the strangers.
local function note_stranger(try, time)
  if try.spray_users == 0 or try.known or try.opaque or is_counted_stranger(try, time) then
    return false
  end
  redis.call('HSET', try.refused, STRANGER, whole(time))
  return true
end

-- What a new guess comes to for an area: 0 nothing, 1 a ban for guessing, 2 for spraying.
local function count_in(area, try, stranger, time)
  put(area.wrong, try.guess, time, try.window)
  trim(area.wrong, time - try.window)
  if stranger then put(area.strangers, try.stranger, time, try.spray_window) end
  if try.ban == 0 then return 0 end
  local limit = try.per_ip * area.factor
  local due = 0
  if limit > 0 and redis.call('ZCARD', area.wrong) >= limit then
    due = 1
  elseif try.spray_users > 0 then
    trim(area.strangers, time - try.spray_window)
    if redis.call('ZCARD', area.strangers) >= try.spray_users * area.factor then due = 2 end
  end
  -- Who comes back after the ban begins anew.
  if due ~= 0 then redis.call('DEL', area.wrong, area.strangers) end
  return due
end

local function lock_if_due(try)
  if try.per_user == 0 or try.ban == 0 or try.known then return 0 end
  if redis.call('ZCARD', try.pair) < try.per_user then return 0 end
  if redis.call('EXISTS', try.lock) == 1 then return 0 end
  redis.call('SET', try.lock, '1', 'PX', whole(try.ban))
  redis.call('DEL', try.pair)
  return 1
end
