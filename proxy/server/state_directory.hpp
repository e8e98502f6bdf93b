// SPDX-License-Identifier: Apache-2.0
// The directory with what outlives the process: a few small files that are read whole and replaced
// whole. One process has it at a time.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/net/descriptor.hpp"

namespace postern::server {

class StateDirectory {
 public:
  /// Makes it if it is not there, for its owner alone, and locks it. On failure says why: others
  /// may write to it, another process has it, it cannot be made.
  [[nodiscard]] static std::expected<StateDirectory, std::string> open(const std::string& path);

  /// A file's bytes; empty when there is no such file. Says why when it cannot be read, or holds
  /// more than `most` bytes.
  [[nodiscard]] std::expected<std::optional<std::string>, std::string> read(const std::string& name,
                                                                            std::size_t most) const;

  /// Whatever happens meanwhile, the file holds these bytes or those before. For its owner alone.
  [[nodiscard]] std::expected<void, std::string> write(const std::string& name,
                                                       std::string_view bytes) const;

  /// Gives a file another name, and overwrites what had it; returns that name. Nothing when that is
  /// not possible.
  std::optional<std::string> put_aside(const std::string& name) const;

 private:
  StateDirectory(net::Descriptor directory, net::Descriptor lock) noexcept
      : directory_(std::move(directory)), lock_(std::move(lock)) {}

  net::Descriptor directory_;
  net::Descriptor lock_;
};

}  // namespace postern::server
