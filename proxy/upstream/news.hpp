// SPDX-License-Identifier: Apache-2.0
// What administrators are told of backends: an address that is taken for down, and one that is
// back. Each once an outage, whoever found it out.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace postern::upstream {

struct DialFailure;

/// Told in the thread that found it out; several may tell at once.
class News {
 public:
  virtual ~News() = default;
  /// `why` is the last of so many failures in a row.
  virtual void on_down(const std::string& backend, const DialFailure& why,
                       std::uint32_t failures) = 0;
  virtual void on_up(const std::string& backend, const std::string& address,
                     std::chrono::milliseconds outage) = 0;

  /// Each call, for those who count: it came to a greeting, so long after it began, or to nothing.
  virtual void on_greeting(const std::string& /*backend*/, std::chrono::milliseconds /*took*/) {}
  virtual void on_failure(const std::string& /*backend*/, const DialFailure& /*why*/) {}
};

/// For those who are not to be told.
class NoNews final : public News {
 public:
  void on_down(const std::string&, const DialFailure&, std::uint32_t) override {}
  void on_up(const std::string&, const std::string&, std::chrono::milliseconds) override {}
};

}  // namespace postern::upstream
