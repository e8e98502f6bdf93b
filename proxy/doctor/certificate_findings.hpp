// SPDX-License-Identifier: Apache-2.0
// Certificates as clients see them: whether their chain ends at an authority that clients trust,
// what they may be used for, and what some programs want of them.
#pragma once

#include "proxy/doctor/finding.hpp"
#include "proxy/doctor/patient.hpp"

namespace postern::doctor {

/// Of those that are served.
Findings certificate_findings(const Patient& patient);

/// Of those that are shown to backends.
Findings client_certificate_findings(const Patient& patient, std::size_t backend);

}  // namespace postern::doctor
