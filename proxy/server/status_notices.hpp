// SPDX-License-Identifier: Apache-2.0
// What an administrator should look at, in whole sentences with what to do: what the status page
// begins with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "proxy/admin/metrics_page.hpp"
#include "proxy/server/overview.hpp"

namespace postern::server {

struct Notice {
  enum class Weight : std::uint8_t { kProblem, kWarning };

  Weight weight = Weight::kWarning;
  std::string text;  // without a user and a client's address
};

struct NoticeFacts {
  const Overview& overview;
  std::span<const admin::Gauge> gauges;
  std::uint64_t exposed = 0;       // passwords, since the start
  std::size_t silent_threads = 0;  // that have not answered for a while
};

/// Whole days until then; none are less than one.
long days_left(const Overview& overview, const Overview::Certificate& certificate) noexcept;

/// The problems first; none is all right.
std::vector<Notice> notices_about(const NoticeFacts& facts);

}  // namespace postern::server
