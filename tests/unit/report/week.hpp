// SPDX-License-Identifier: Apache-2.0
// A week of a gateway's life, made up: the same at every run. What happened, and the lines that the
// log would have about it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proxy/report/log_time.hpp"

namespace postern::report {

struct Happening {
  Time when;
  std::string event;
  std::string sid;
  std::string ip;
  std::string user;
  std::string tls = "-";
  std::string cipher;
  std::string mech;
  std::string rule;
  std::string reason;
  std::string message = "as it happens";
  enum class Login { kNone, kDone } login = Login::kNone;
};

/// In the order of time. From 2026-11-16 to 2026-11-22, with clients that move from plaintext to
/// TLS, old ones, exposed passwords, guessers, scanners, and user names made to harm.
std::vector<Happening> happenings();

/// One line each, logfmt and JSON in turns, with lines between them that are none of the log's.
std::vector<std::string> lines_of(const std::vector<Happening>& week);

/// How many of the lines are none of the log's, for so many happenings.
std::uint64_t foreign_among(std::size_t happenings);

}  // namespace postern::report
