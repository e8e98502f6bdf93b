// SPDX-License-Identifier: Apache-2.0
// How often something may happen: "20/s". A value; a count of 0 is off.
#pragma once

#include <chrono>
#include <cstdint>

namespace postern::policy {

struct Rate {
  std::uint32_t count = 0;
  std::chrono::milliseconds per = std::chrono::seconds(1);

  bool off() const noexcept { return count == 0; }
  bool operator==(const Rate&) const = default;
};

}  // namespace postern::policy
