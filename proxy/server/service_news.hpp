// SPDX-License-Identifier: Apache-2.0
// The log's lines about the service as a whole: starts, reloads, and what is doubtful about them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/diagnostic.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/server/changes.hpp"

namespace postern::server {

class ServiceNews {
 public:
  /// `file` is the configuration's. Both must outlive it.
  ServiceNews(admin::Log& log, const std::string& file) : log_(log), file_(file) {}

  void say(conf::LogLevel level, std::string_view event, std::string_view message);
  /// A line each.
  void say_all(std::string_view event, const conf::Diagnostics& diagnostics);
  void say_done(std::string_view event, const Changes& changes);
  /// Once, at the start: sockets that a service manager has passed, and no listener takes.
  void warn_of_unused(const std::vector<std::string>& names);
  /// Once, at the start: two ports are all that root would be good for.
  void warn_of_root();

 private:
  admin::Log& log_;
  const std::string& file_;
};

}  // namespace postern::server
