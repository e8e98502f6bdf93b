// SPDX-License-Identifier: Apache-2.0
// A connection to the backend that was made before the login, because the client has to be greeted
// with the timestamp that APOP digests (RFC 1939 section 7).
#pragma once

#include <string>
#include <string_view>

namespace postern::pop3 {

struct EarlyUpstream {
  bool ready = false;  // connected and greeted; the next login uses it
  std::string stamp;   // "<…>" as the client was shown it; empty when there is none
};

/// What the client may see of the backend's greeting: a timestamp, in the form of a message id.
/// Empty when there is none.
std::string_view stamp_in(std::string_view greeting) noexcept;

}  // namespace postern::pop3
