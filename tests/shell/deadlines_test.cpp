// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/deadlines.hpp"

#include "tests/loop/wire.hpp"

namespace postern::session {
namespace {

using Due = Deadlines::Due;

/// The deadlines of a session that begins now, and what was due at last.
struct World {
  conf::Timeouts timeouts;
  net::Loop loop{};
  milliseconds begun = loop.now();
  std::optional<Due> due{};
  milliseconds due_at{0};
  Deadlines deadlines{loop, timeouts, [this] {
                        due = deadlines.awaited();
                        due_at = loop.now();
                      }};

  void turn(const std::function<bool()>& until) { net::turn_until(loop, until); }
};

TEST_CASE("all addresses of a backend together have what is left of the login's time") {
  World session{.timeouts = {.login = milliseconds(500), .connect = milliseconds(50)}};
  session.turn([&] { return session.loop.now() - session.begun >= milliseconds(100); });
  session.deadlines.await(Due::kConnect);
  session.turn([&] { return session.due.has_value(); });
  CHECK(session.due == Due::kConnect);
  CHECK(session.due_at - session.begun >= milliseconds(500));
}

TEST_CASE("a login that comes late has time for one address") {
  World session{.timeouts = {.login = milliseconds(50), .connect = milliseconds(300)}};
  session.turn([&] { return session.loop.now() - session.begun >= milliseconds(100); });
  const milliseconds late = session.loop.now();
  session.deadlines.await(Due::kConnect);
  session.turn([&] { return session.due.has_value(); });
  CHECK(session.due == Due::kConnect);
  CHECK(session.due_at - late >= milliseconds(300));
}

TEST_CASE("a login without a limit has none on its way to the backend") {
  World session{.timeouts = {.login = milliseconds(0), .connect = milliseconds(20)}};
  session.deadlines.await(Due::kConnect);
  session.loop.run();  // comes back: nothing is left to wait for
  CHECK_FALSE(session.due);
}

}  // namespace
}  // namespace postern::session
