// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/service_news.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "proxy/server/service_user.hpp"

namespace postern::server {

using conf::LogLevel;

void ServiceNews::say_started(const Changes& changes, const std::vector<std::string>& unused,
                              const Sandbox& sandbox, const std::string& user) {
  say_all("start", changes.warnings);
  warn_of_unused(unused);
  warn_of_user(user);
  warn_of_missing(sandbox);
  say_served("start", changes);  // the last word
}

// Two ports are all that root would be good for.
void ServiceNews::warn_of_user(const std::string& user) {
  if (const auto doubt = doubt_about_service_user(user)) say(LogLevel::kWarn, "start", *doubt);
  if (geteuid() != 0) return;
  say(LogLevel::kWarn, "start",
      "running as root, which is not needed: ports below 1024 take CAP_NET_BIND_SERVICE and a user "
      "without any other right (see postern.service, or name one as `security.user`)");
}

// The process would have given it up.
void ServiceNews::warn_of_missing(const Sandbox& sandbox) {
  if (sandbox.missing.empty()) return;
  say(LogLevel::kWarn, "start",
      fmt::format("`security.sandbox` is not all in force: {}", fmt::join(sandbox.missing, "; ")));
}

void ServiceNews::say(LogLevel level, std::string_view event, std::string_view message) {
  log_.write(level, log_.entry(level, event).finish(message));
}

void ServiceNews::say_done(std::string_view event, const Changes& changes) {
  say_all(event, changes.warnings);
  say_served(event, changes);
}

void ServiceNews::say_served(std::string_view event, const Changes& changes) {
  say(LogLevel::kInfo, event,
      fmt::format("{}: {} listeners, {} workers", file_, changes.listeners, changes.workers));
}

void ServiceNews::say_all(std::string_view event, const conf::Diagnostics& diagnostics) {
  for (const conf::Diagnostic& diagnostic : diagnostics) {
    const LogLevel level =
        diagnostic.severity == conf::Severity::kError ? LogLevel::kError : LogLevel::kWarn;
    // The first line names the place; the source line and caret are for a terminal.
    const std::string text = render(diagnostic, file_);
    say(level, event, std::string_view(text).substr(0, text.find('\n')));
  }
}

void ServiceNews::warn_of_unused(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    say(conf::LogLevel::kWarn, "start",
        fmt::format("the socket \"{0}\" was passed to this process, and no listener has "
                    "\"systemd:{0}\": who connects there waits in vain",
                    name));
  }
}

}  // namespace postern::server
