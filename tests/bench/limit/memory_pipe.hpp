// SPDX-License-Identifier: Apache-2.0
// What stands for a socket when TLS is measured alone: bytes written at one end are read at the
// other.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "wire/transport.hpp"

namespace postern::bench {

struct MemoryPipe {
  std::string bytes;
  bool discards = false;  // nobody reads: what is written is dropped
};

/// Reads from one pipe and writes to the other; both must outlive it.
class MemoryEnd final : public Transport {
 public:
  MemoryEnd(MemoryPipe& in, MemoryPipe& out) : in_(in), out_(out) {}

 private:
  int read(std::span<char> into) override {
    if (in_.bytes.empty()) return -1;
    const std::size_t count = std::min(into.size(), in_.bytes.size());
    std::memcpy(into.data(), in_.bytes.data(), count);
    in_.bytes.erase(0, count);
    return static_cast<int>(count);
  }
  int write(std::string_view bytes) override {
    if (!out_.discards) out_.bytes.append(bytes);
    return static_cast<int>(bytes.size());
  }

  MemoryPipe& in_;
  MemoryPipe& out_;
};

}  // namespace postern::bench
