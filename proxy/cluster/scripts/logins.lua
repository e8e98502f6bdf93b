-- SPDX-License-Identifier: Apache-2.0
-- A login, from the question whether it may be tried to its outcome. KEYS: lives, account (sessions of
-- the user with this password, in any spelling), name (the user as the backend knows him), lock,
-- pair, refused, exposed; then wrong, asked, strangers, asked_strangers of each area; none where nobody counts guesses.
-- ARGV: id, then what follows.

local FIRST_AREA = 8
local CHARGE = 14

local function try_from(keys, args)
  local flags = args[2]
  local function has(flag) return string.find(flags, flag, 1, true) ~= nil end
  local try = {
    id = args[1], counted = has('c'), known = has('k'), proven = has('p'), opaque = has('o'),
    has_account = has('a'), has_name = has('n'), most = tonumber(args[3]),
    guess = args[4], stranger = args[5], window = tonumber(args[6]),
    per_ip = tonumber(args[7]), per_user = tonumber(args[8]), spray_users = tonumber(args[9]),
    spray_window = tonumber(args[10]), ban = tonumber(args[11]), remember = tonumber(args[12]),
    often = tonumber(args[13]),
    lives = keys[1], account = keys[2], name = keys[3], lock = keys[4], pair = keys[5],
    refused = keys[6], exposed = keys[7],
  }
  return try, areas_of(keys, FIRST_AREA)
end

-- Logins of this user that are being asked about count with the sessions, so that many side by side
-- are never more than may be.
local function is_full(try, time)
  local sum = 0
  if try.has_name then sum = sum + sessions_of(try.name, try.lives, time) end
  if try.has_account then sum = sum + sessions_of(try.account, try.lives, time) end
  return try.most > 0 and sum >= try.most
end

-- {gate, charge, whether this password was seen in clear, what was said}. Gates as in guesses.lua; 1:
-- the user has as many sessions as may be. From 0 on, exactly one of the next three follows.
local function try_login(keys, args)
  local try, areas = try_from(keys, args)
  local time = now()
  local exposed = redis.call('EXISTS', try.exposed)
  if try.counted then
    local closed, said = gate(try, areas, time)
    if closed ~= 0 then return {closed, 0, exposed, said} end
  end
  if is_full(try, time) then return {1, 0, exposed, 0} end
  if try.has_account then add_session(try.account, try.id) end
  return {0, try.counted and charge(try, areas, time) or 0, exposed, 0}
end

-- The backend took it. ARGV ends with the charge. The session is the user's from now on, whatever his
-- password; where the backend alone knows the name, it stays with the password.
local function right(keys, args)
  local try, areas = try_from(keys, args)
  local time = now()
  if try.has_name then
    if try.has_account then drop_session(try.account, try.id) end
    add_session(try.name, try.id)
  end
  if not try.counted then return 0 end
  settle(try, areas, tonumber(args[CHARGE]))
  redis.call('DEL', try.pair)
  redis.call('HDEL', try.refused, try.guess)
  -- The user is no stranger, only somebody who mistypes.
  if redis.call('HDEL', try.refused, STRANGER) == 1 then
    for _, area in ipairs(areas) do redis.call('ZREM', area.strangers, try.stranger) end
  end
  return 0
end

-- The backend did not decide, or was not asked. ARGV ends with the charge.
local function undo(keys, args)
  local try, areas = try_from(keys, args)
  local charged = tonumber(args[CHARGE])
  if try.has_account then drop_session(try.account, try.id) end
  if not try.counted then return 0 end
  settle(try, areas, charged)
  if charged >= 2 then redis.call('ZREM', try.pair, try.guess) end
  return 0
end

-- The backend refused it. ARGV ends with the charge, and what it said.
-- {whether it is a new guess, whether the user is locked there now, the area that is to be banned (0:
-- none), why (1: guessing, 2: spraying)}
local function wrong(keys, args)
  local try, areas = try_from(keys, args)
  local time = now()
  if try.has_account then drop_session(try.account, try.id) end
  if not try.counted then return {0, 0, 0, 0} end
  settle(try, areas, tonumber(args[CHARGE]))
  trim(try.pair, time - try.window)
  if not try.opaque and note_refusal(try, args[CHARGE + 1], time) then return {0, 0, 0, 0} end
  if try.proven then
    redis.call('ZREM', try.pair, try.guess)
    return {0, 0, 0, 0}
  end
  local locked = 0
  if not try.opaque then
    put(try.pair, try.guess, time, try.window)
    locked = lock_if_due(try)
  end
  local stranger = note_stranger(try, time)
  local banned, why = 0, 0
  for i, area in ipairs(areas) do
    local due = count_in(area, try, stranger, time)
    if due ~= 0 and banned == 0 then banned, why = i, due end
  end
  return {1, locked, banned, why}
end
