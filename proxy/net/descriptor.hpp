// SPDX-License-Identifier: Apache-2.0
// A file descriptor with one owner.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace postern::net {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }

  /// Another number for what is open; not valid when the process has none left.
  Descriptor duplicate() const noexcept { return Descriptor(fcntl(number_, F_DUPFD_CLOEXEC, 0)); }

  int get() const noexcept { return number_; }
  bool valid() const noexcept { return number_ >= 0; }
  /// Gives up ownership.
  int release() noexcept { return std::exchange(number_, -1); }
  void reset() noexcept {
    if (valid()) ::close(release());
  }

 private:
  int number_ = -1;
};

}  // namespace postern::net
