// SPDX-License-Identifier: Apache-2.0
// Ticket keys on their way to the process that takes the place of this one, which then opens the
// tickets of this one, for as long as this one would have. Each with its age.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tls/ticket_keys.hpp"

namespace postern::tls {

/// Holds the keys themselves, so whoever has it wipes it. Empty when they are of a file, which the
/// other process reads itself.
std::string to_image(const TicketKeys& keys, TicketKeys::TimePoint now);

/// Null when it is no image of keys.
std::shared_ptr<const TicketKeys::Ring> ring_from_image(std::string_view image,
                                                        TicketKeys::TimePoint now);

}  // namespace postern::tls
