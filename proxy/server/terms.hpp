// From what was written to what clients are promised, and to what a backend needs. The same for a
// session and for `postern explain`.
#pragma once

#include <cstddef>

#include "conf/settings.hpp"
#include "proxy/pop3/backend_terms.hpp"
#include "proxy/pop3/client_terms.hpp"

namespace postern::server {

/// The terms of the listener of that index.
pop3::ClientTerms client_terms_for(const conf::Live& settings, std::size_t index);

/// The terms of a backend of which nothing is known yet.
pop3::BackendTerms backend_terms_for(const conf::Backend& backend);

}  // namespace postern::server
