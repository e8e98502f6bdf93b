// SPDX-License-Identifier: Apache-2.0
#include "load/options.hpp"

#include <charconv>
#include <string>
#include <string_view>

#include "wire/fatal.hpp"
#include "wire/mailbox.hpp"

namespace postern::bench {
namespace {

constexpr std::string_view kUsage =
    "usage: load --port N [--tls implicit|stls|none] [--task session|anonymous|stat|retr|hold]\n"
    "            [--group NAME] [--resume] [--message 1..4] [--clients N] [--window N]\n"
    "            [--count N] [--slow N] [--timeout SECONDS]";

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) fatal(std::string(kUsage));
  return value;
}

Tls tls_named(std::string_view name) {
  if (name == "implicit") return Tls::kImplicit;
  if (name == "stls") return Tls::kStls;
  if (name == "none") return Tls::kNone;
  fatal(std::string(kUsage));
}

Task task_named(std::string_view name) {
  if (name == "session") return Task::kSession;
  if (name == "anonymous") return Task::kAnonymous;
  if (name == "stat") return Task::kStat;
  if (name == "retr") return Task::kRetrieve;
  if (name == "hold") return Task::kHold;
  fatal(std::string(kUsage));
}

void take(Options& options, std::string_view name, std::string_view value) {
  if (name == "--port") {
    options.port = static_cast<std::uint16_t>(number(value));
  } else if (name == "--tls") {
    options.tls = tls_named(value);
  } else if (name == "--group") {
    options.group = value;
  } else if (name == "--task") {
    options.task = task_named(value);
  } else if (name == "--message") {
    options.message = number(value);
  } else if (name == "--clients") {
    options.clients = number(value);
  } else if (name == "--window") {
    options.window = number(value);
  } else if (name == "--count") {
    options.count = number(value);
  } else if (name == "--slow") {
    options.slow = number(value);
  } else if (name == "--timeout") {
    options.timeout = number(value);
  } else {
    fatal(std::string(kUsage));
  }
}

}  // namespace

Options parse_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    if (name == "--resume") {
      options.resume = true;
    } else if (++i < count) {
      take(options, name, arguments[i]);
    } else {
      fatal(std::string(kUsage));
    }
  }
  const bool known = options.message >= 1 && options.message <= Mailbox::kMessages;
  if (options.port == 0 || options.clients == 0 || !known) fatal(std::string(kUsage));
  if (options.window == 0 || options.window > options.clients) options.window = options.clients;
  return options;
}

}  // namespace postern::bench
