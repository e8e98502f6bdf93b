// SPDX-License-Identifier: Apache-2.0
// Whether the process that runs has taken the configuration that is looked at: it is asked over its
// control socket, where it has one.
#pragma once

#include "proxy/doctor/finding.hpp"
#include "proxy/doctor/patient.hpp"

namespace postern::doctor {

Findings process_findings(const Patient& patient);

}  // namespace postern::doctor
