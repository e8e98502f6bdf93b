// SPDX-License-Identifier: Apache-2.0
// A kind of load: what is done before measuring, and what is measured.
#pragma once

#include <cstdint>
#include <string>

#include "load/client.hpp"
#include "load/latencies.hpp"
#include "load/options.hpp"

namespace postern::bench {

class Load {
 public:
  virtual ~Load() = default;

  /// Opens what has to be open, and does a little work for warmth.
  virtual void prepare() = 0;
  /// Does the units of work that were asked for.
  virtual void work() = 0;
  /// What has been done so far no longer counts.
  void forget() {
    units_ = resumed_ = 0;
    latencies_ = {};
  }

  std::size_t units() const noexcept { return units_; }
  std::size_t resumed() const noexcept { return resumed_; }
  Latencies& latencies() noexcept { return latencies_; }

 protected:
  std::size_t units_ = 0;
  std::size_t resumed_ = 0;
  Latencies latencies_;
};

}  // namespace postern::bench
