// SPDX-License-Identifier: Apache-2.0
// What the calendar makes of a configuration: exceptions that have ended, and from when on secrets
// are protected.
#pragma once

#include "conf/reader.hpp"
#include "policy/verdict.hpp"

namespace postern::conf {

/// Warnings about everything that is not enforced at that moment although it stands in the file,
/// for `check`, every start and every reload.
Diagnostics about_dates(const Document& document, policy::Moment now);

}  // namespace postern::conf
