// SPDX-License-Identifier: Apache-2.0
// The log's lines about the service as a whole: starts, reloads, and what is doubtful about them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/diagnostic.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/server/changes.hpp"
#include "proxy/server/sandbox.hpp"

namespace postern::server {

class ServiceNews {
 public:
  /// `file` is the configuration's. Both must outlive it.
  ServiceNews(admin::Log& log, const std::string& file) : log_(log), file_(file) {}

  void say(conf::LogLevel level, std::string_view event, std::string_view message);
  /// A line each.
  void say_all(std::string_view event, const conf::Diagnostics& diagnostics);
  void say_done(std::string_view event, const Changes& changes);
  /// Once: the same of the start, and what is doubtful about it. `unused` are sockets that a
  /// service manager has passed, and no listener takes; `user` is who the process was to be.
  void say_started(const Changes& changes, const std::vector<std::string>& unused,
                   const Sandbox& sandbox, const std::string& user);

 private:
  void say_served(std::string_view event, const Changes& changes);
  void warn_of_unused(const std::vector<std::string>& names);
  void warn_of_user(const std::string& user);
  void warn_of_missing(const Sandbox& sandbox);

  admin::Log& log_;
  const std::string& file_;
};

}  // namespace postern::server
