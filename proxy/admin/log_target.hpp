// SPDX-License-Identifier: Apache-2.0
// Where the log's bytes go: standard error, a file or the system's log. Writing never waits,
// whoever is at the other end of a pipe: what cannot be taken now is not taken.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/admin/log_socket.hpp"
#include "proxy/net/descriptor.hpp"

namespace postern::admin {

class LogTarget {
 public:
  enum class Taken : std::uint8_t {
    kSome,    // `bytes` of them
    kNotNow,  // wait() tells when it is worth trying again
    kFailed,  // and trying again at once is of no use: a full disk, nobody at the other end
  };
  struct Result {
    Taken taken;
    std::size_t bytes = 0;
  };

  /// "stderr", "syslog", "journal", or the file of that path, which is made with its folders when
  /// it is not there. Standard error that is closed is a target where every write fails; a file
  /// that cannot be opened is none, and so is a system's log that nobody keeps; one that goes away
  /// later is one that does not take anything now.
  [[nodiscard]] static std::expected<LogTarget, std::string> open(const std::string& name);

  Result write(std::string_view bytes) const;

  /// Until it may take something, and at most so long.
  void wait(std::chrono::milliseconds most) const noexcept;

 private:
  enum class Kind : std::uint8_t {
    kSocket,   // each write says that it does not wait
    kOwnFlag,  // opened for us alone, so that it does not wait
    kShared,   // with other processes, whose business it is whether it waits
    kSystem,   // of the system's log, which takes lines
  };

  LogTarget(net::Descriptor descriptor, Kind kind) noexcept
      : descriptor_(std::move(descriptor)), kind_(kind) {}
  explicit LogTarget(std::unique_ptr<LogSocket> system) noexcept
      : kind_(Kind::kSystem), system_(std::move(system)) {}

  static LogTarget standard_error();
  static std::expected<LogTarget, std::string> system_log(const char* path, LogSocket::Form form);
  bool is_ready(int timeout) const noexcept;
  Result write_line(std::string_view bytes) const;

  net::Descriptor descriptor_;
  Kind kind_;
  std::unique_ptr<LogSocket> system_;
};

}  // namespace postern::admin
