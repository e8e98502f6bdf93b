// A connection to the backend that was made before the login, because the client has to be greeted
// with the timestamp that APOP digests (RFC 1939 section 7).
#pragma once

#include <string>

namespace postern::pop3 {

struct EarlyUpstream {
  bool ready = false;  // connected and greeted; the next login uses it
  std::string stamp;   // "<…>" as the client was shown it; empty when there is none
};

}  // namespace postern::pop3
