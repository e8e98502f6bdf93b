// SPDX-License-Identifier: Apache-2.0
// What the system says of this process, under the names that all programs have for it.
#pragma once

#include <vector>

#include "proxy/admin/metrics_page.hpp"

namespace postern::admin {

/// As far as the system tells.
std::vector<Gauge> process_gauges();

}  // namespace postern::admin
