// SPDX-License-Identifier: Apache-2.0
// From the engine's bytes to its replies, in whichever portions they come. Everything has a bound,
// for whoever answers need not be the engine.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "proxy/cluster/reply.hpp"

struct redisReader;  // NOLINT(readability-identifier-naming): hiredis' name

namespace postern::cluster {

class ReplyReader {
 public:
  /// Of one reply: bytes on the wire, and values in it, at any depth.
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMostValues = std::size_t{1} << 16;

  ReplyReader();
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  /// Takes what came.
  void feed(std::span<const char> bytes);
  /// The next reply that is complete, or none: then all complete ones were taken, or what came is
  /// no reply, and there is never another one.
  std::optional<Reply> next();
  /// Whether what came is no reply.
  bool is_broken() const noexcept { return broken_; }

 private:
  struct Free {
    void operator()(redisReader* reader) const noexcept;
  };

  std::unique_ptr<redisReader, Free> reader_;
  std::size_t values_ = 0;  // of the reply that is being read
  bool broken_ = false;
};

}  // namespace postern::cluster
