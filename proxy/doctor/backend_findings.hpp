// SPDX-License-Identifier: Apache-2.0
// The way to a backend, to each address that it has: whether it is there, greets, is secured as
// configured, knows what it is asked for, and what it would rather have.
#pragma once

#include <cstddef>
#include <vector>

#include "proxy/doctor/finding.hpp"
#include "proxy/doctor/patient.hpp"

namespace postern::doctor {

/// Of the backends of these indices: all of their addresses are asked at once, and those that do
/// not do once more, in another way. Takes as long as the slowest, twice at most.
Findings backend_findings(const Patient& patient, const std::vector<std::size_t>& backends);

}  // namespace postern::doctor
