// SPDX-License-Identifier: Apache-2.0
// The machine that postern runs on: room for its sessions, the clock that certificates are judged
// by, and whether what runs is what is installed.
#pragma once

#include "proxy/doctor/finding.hpp"
#include "proxy/doctor/patient.hpp"

namespace postern::doctor {

Findings system_findings(const Patient& patient);

}  // namespace postern::doctor
