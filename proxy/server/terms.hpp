// From what was written to what one listener promises its clients. The same for a session and for
// `postern explain`.
#pragma once

#include <cstddef>

#include "conf/settings.hpp"
#include "proxy/pop3/terms.hpp"

namespace postern::server {

/// The terms of the listener of that index, with nothing learned of the backend. A configuration
/// without a backend has none.
pop3::Terms terms_for(const conf::Live& settings, std::size_t index);

}  // namespace postern::server
