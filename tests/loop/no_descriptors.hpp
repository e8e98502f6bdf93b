// SPDX-License-Identifier: Apache-2.0
// A process that has run out of descriptors.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>

#include "proxy/net/descriptor.hpp"

namespace postern::net {

/// Until the end, nobody gets another descriptor.
class NoDescriptors {
 public:
  NoDescriptors() {
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before_) == 0);
    // The lowest that is free: all below are taken.
    const Descriptor next(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    REQUIRE(next.valid());
    const rlimit now{static_cast<rlim_t>(next.get()), before_.rlim_max};
    REQUIRE(setrlimit(RLIMIT_NOFILE, &now) == 0);
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

}  // namespace postern::net
