// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/watchdog.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace postern::server {
namespace {

std::optional<std::uint64_t> number_from_environment(const char* name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
  const char* const text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  const std::string_view digits(text);
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

}  // namespace

bool look_after(Rounds& rounds, const std::function<void()>& feed,
                const std::function<void()>& ask) {
  if (!rounds.complete()) return false;
  feed();
  rounds.begin();
  ask();
  return true;
}

std::optional<std::chrono::milliseconds> watchdog_interval() {
  const auto limit = number_from_environment("WATCHDOG_USEC");
  const auto process = number_from_environment("WATCHDOG_PID");
  const bool another = process && *process != static_cast<std::uint64_t>(getpid());
  if (!limit || *limit == 0 || another) return std::nullopt;
  return std::chrono::milliseconds(std::max<std::uint64_t>(1, *limit / 2 / 1000));
}

}  // namespace postern::server
