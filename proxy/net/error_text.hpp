// SPDX-License-Identifier: Apache-2.0
// The system's own words for why something failed.
#pragma once

#include <string>

namespace postern::net {

/// libuv's numbers, as far as they are not answers of the system: a deadline of ours has passed;
/// the peer has closed the connection; a name has no address.
int timed_out() noexcept;
int closed_by_peer() noexcept;
int no_address() noexcept;

/// `error` is a negative libuv error, of a socket or of the resolver: "connection refused".
std::string error_text(int error);

}  // namespace postern::net
