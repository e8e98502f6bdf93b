// SPDX-License-Identifier: Apache-2.0
// Sessions as JSON, as the workers have told them.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

#include "proxy/server/inquiries.hpp"
#include "proxy/server/session_list.hpp"

namespace postern::server {

/// The rows of all workers, at most so many, the oldest first. How many were left out, and which
/// workers did not answer, goes into `reply`.
nlohmann::json rows_of(const Inquiries::Answers<SessionList>& answers, std::size_t most,
                       nlohmann::json& reply);

}  // namespace postern::server
