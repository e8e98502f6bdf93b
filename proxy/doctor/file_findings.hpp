// SPDX-License-Identifier: Apache-2.0
// Files and directories as the service's user meets them: what it has to read and write, and what
// others could change under it.
#pragma once

#include "proxy/doctor/finding.hpp"
#include "proxy/doctor/patient.hpp"

namespace postern::doctor {

Findings file_findings(const Patient& patient);

}  // namespace postern::doctor
