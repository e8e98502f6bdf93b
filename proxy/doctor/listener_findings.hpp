// SPDX-License-Identifier: Apache-2.0
// The listeners as they are on this machine: whether their addresses and ports can be had, whether
// a running postern listens there, and whether it shows the certificates that are on disk.
#pragma once

#include "proxy/doctor/finding.hpp"
#include "proxy/doctor/patient.hpp"

namespace postern::doctor {

Findings listener_findings(const Patient& patient);

}  // namespace postern::doctor
