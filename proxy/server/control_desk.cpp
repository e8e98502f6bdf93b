// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/control_desk.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "proxy/server/control_json.hpp"
#include "proxy/server/supervisor.hpp"

namespace postern::server {

using conf::LogLevel;
using nlohmann::json;

struct ControlDesk::Verb {
  std::string_view name;
  Handler handler;
};

ControlDesk::ControlDesk(net::Loop& loop, admin::Log& log, Supervisor& supervisor)
    : ControlReplies(loop, log, *this),
      log_(log),
      supervisor_(supervisor),
      traces_(loop, log, *this, supervisor.workers()) {}

void ControlDesk::on_request(std::uint64_t peer, const net::LocalPeer& who, std::string text) {
  static constexpr std::array kVerbs = {
      Verb{"status", &ControlDesk::status},   Verb{"sessions", &ControlDesk::sessions},
      Verb{"bans", &ControlDesk::bans},       Verb{"reload", &ControlDesk::reload},
      Verb{"drain", &ControlDesk::drain},     Verb{"stop", &ControlDesk::stop},
      Verb{"upgrade", &ControlDesk::upgrade}, Verb{"trace", &ControlDesk::trace},
  };
  const Asker asker{peer, who};
  auto request = ControlRequest::parse(text);
  if (!request) return fail(asker, request.error());
  const auto verb = std::ranges::find(kVerbs, request->verb(), &Verb::name);
  if (verb == kVerbs.end()) {
    return fail(asker, "the running process knows no such verb; it may be of another version");
  }
  (this->*verb->handler)(asker, *request);
}

void ControlDesk::on_stranger(const net::LocalPeer& who) {
  if (!log_.grants({.level = LogLevel::kWarn, .event = "control", .reason = "stranger"})) return;
  admin::LogEntry entry = log_.entry(LogLevel::kWarn, "control");
  entry.add("uid", std::uint64_t{who.user}).add("pid", static_cast<std::uint64_t>(who.process));
  log_.write(LogLevel::kWarn,
             entry.finish("refused at the control socket: neither root, nor the user of this "
                          "process, nor in the socket's group"));
}

void ControlDesk::status(const Asker& asker, ControlRequest& request) {
  if (!understood(asker, request)) return;
  const bool asked = supervisor_.lookout().survey(
      [this, asker](const Overview& told) { succeed(asker, to_json(told)); });
  if (!asked) fail_busy(asker);
}

void ControlDesk::reload(const Asker& asker, ControlRequest& request) {
  const bool rehearsal = request.flag("dry_run");
  if (!understood(asker, request)) return;
  if (!rehearsal) note(asker, "reload");
  const auto done = rehearsal ? supervisor_.rehearse() : supervisor_.reload();
  const std::string& file = supervisor_.config_file();
  if (!done) {
    return fail(asker, "refused; the old configuration stays in use", to_json(done.error(), file));
  }
  json told = to_json(*done, file);
  told["dry_run"] = rehearsal;
  succeed(asker, std::move(told));
}

void ControlDesk::drain(const Asker& asker, ControlRequest& request) {
  if (!understood(asker, request)) return;
  if (!supervisor_.is_draining()) note(asker, "drain");
  const std::uint32_t sessions = supervisor_.drain();
  const auto most = std::chrono::ceil<std::chrono::seconds>(supervisor_.drain_time());
  succeed(asker, {{"sessions", sessions}, {"pid", getpid()}, {"seconds_at_most", most.count()}});
}

void ControlDesk::stop(const Asker& asker, ControlRequest& request) {
  if (!understood(asker, request)) return;
  note(asker, "stop");
  succeed(asker, {{"sessions", supervisor_.stop()}, {"pid", getpid()}});
}

// The reply comes when the other one serves, or has failed.
void ControlDesk::upgrade(const Asker& asker, ControlRequest& request) {
  if (!understood(asker, request)) return;
  note(asker, "upgrade");
  supervisor_.hand_over([this, asker](const std::expected<pid_t, std::string>& result) {
    if (!result) return fail(asker, result.error());
    succeed(asker, {{"pid", *result}, {"before", getpid()}, {"sessions", supervisor_.sessions()}});
  });
}

}  // namespace postern::server
