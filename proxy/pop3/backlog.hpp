// SPDX-License-Identifier: Apache-2.0
// The client's bytes that came before they could be taken. They may hold a password, so what was
// used is wiped. Taking from the front copies nothing.
#pragma once

#include <string>
#include <string_view>

#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

class Backlog {
 public:
  Backlog() = default;
  ~Backlog() { clear(); }
  Backlog(const Backlog&) = delete;
  Backlog& operator=(const Backlog&) = delete;

  bool empty() const noexcept { return bytes_.empty(); }

  void add(std::string_view bytes) { append_wiping(bytes_, bytes); }

  /// Valid until the backlog changes.
  std::string_view front() const noexcept { return std::string_view(bytes_).substr(used_); }

  /// Keeps the last `left` bytes only.
  void keep(std::size_t left) noexcept {
    used_ = bytes_.size() - left;
    if (left == 0) clear();
  }

  void clear() noexcept {
    wipe(bytes_);
    bytes_.shrink_to_fit();
    used_ = 0;
  }

 private:
  std::string bytes_;
  std::size_t used_ = 0;  // less than the size, or both are 0
};

}  // namespace postern::pop3
