// SPDX-License-Identifier: Apache-2.0
// What mail programs would notice when a mailbox moves from one server to another: above all, what
// they would download again. They know a message by its UIDL alone (RFC 1939 section 7).
#pragma once

#include "proxy/doctor/finding.hpp"
#include "proxy/doctor/mailbox.hpp"

namespace postern::doctor {

/// Nothing where a program would not notice at all.
Findings compare(const Mailbox& before, const Mailbox& after);

}  // namespace postern::doctor
