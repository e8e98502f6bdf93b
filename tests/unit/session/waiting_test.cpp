// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/waiting.hpp"

#include <catch2/catch.hpp>

namespace postern::session {
namespace {

using namespace std::chrono_literals;
using pop3::Owed;
using Overdue = Waiting::Overdue;

conf::Timeouts limits() {
  conf::Timeouts timeouts;
  timeouts.idle = 600s;
  timeouts.stall = 60s;
  timeouts.backend_reply = 180s;
  return timeouts;
}

Waiting begun() {
  Waiting waiting;
  waiting.begin(0s);
  return waiting;
}

}  // namespace

TEST_CASE("a client may be idle, and single bytes of it count for nothing") {
  Waiting waiting = begun();
  waiting.look({.asked = 0}, 599s);
  CHECK_FALSE(waiting.judge(limits(), 599s));
  CHECK(waiting.judge(limits(), 600s) == Overdue::kCommand);
  waiting.look({.asked = 1}, 599s);
  CHECK_FALSE(waiting.judge(limits(), 1198s));
  CHECK(waiting.judge(limits(), 1199s) == Overdue::kCommand);
}

TEST_CASE("a reply has its own limit, which no command and no single byte moves") {
  Waiting waiting = begun();
  waiting.look({.owed = Owed::kReply, .asked = 1}, 10s);
  waiting.look({.owed = Owed::kReply, .asked = 2}, 100s);
  CHECK_FALSE(waiting.judge(limits(), 189s));
  CHECK(waiting.judge(limits(), 190s) == Overdue::kReply);
  waiting.look({.owed = Owed::kReply, .asked = 2, .heard = 1}, 189s);
  CHECK(waiting.judge(limits(), 369s) == Overdue::kReply);
  CHECK_FALSE(waiting.judge(limits(), 368s));
}

TEST_CASE("a body may not stop") {
  Waiting waiting = begun();
  waiting.look({.owed = Owed::kReply, .asked = 1}, 0s);
  waiting.look({.owed = Owed::kBody, .asked = 1, .heard = 2}, 100s);
  CHECK_FALSE(waiting.judge(limits(), 159s));
  CHECK(waiting.judge(limits(), 160s) == Overdue::kBody);
  waiting.look({.owed = Owed::kBody, .asked = 1, .heard = 3}, 159s);
  CHECK_FALSE(waiting.judge(limits(), 218s));
}

TEST_CASE("while a side takes nothing nobody else is blamed") {
  Waiting waiting = begun();
  waiting.look({.owed = Owed::kBody, .heard = 1}, 0s);
  waiting.look({.owed = Owed::kBody, .heard = 2, .pending = 900}, 10s);
  waiting.look({.owed = Owed::kBody, .heard = 3, .pending = 1000}, 30s);
  CHECK(waiting.judge(limits(), 70s) == Overdue::kTaking);
  waiting.look({.owed = Owed::kBody, .heard = 3, .pending = 999}, 69s);
  CHECK_FALSE(waiting.judge(limits(), 128s));
  waiting.look({.owed = Owed::kBody, .heard = 3}, 128s);
  CHECK_FALSE(waiting.judge(limits(), 187s));
  CHECK(waiting.judge(limits(), 188s) == Overdue::kBody);
}

TEST_CASE("it is judged again when it may be due, and early enough for what may come") {
  Waiting waiting = begun();
  CHECK(waiting.next(limits(), 10s) == 60s);
  CHECK(waiting.next(limits(), 595s) == 5s);
  waiting.look({.owed = Owed::kReply, .asked = 1}, 600s);
  CHECK(waiting.next(limits(), 740s) == 40s);
  conf::Timeouts off = limits();
  off.backend_reply = 0s;
  CHECK(waiting.next(off, 740s) == 60s);
  CHECK_FALSE(waiting.judge(off, 100h));
  off.stall = off.idle = 0s;
  CHECK(waiting.next(off, 740s) == 0s);
}

}  // namespace postern::session
