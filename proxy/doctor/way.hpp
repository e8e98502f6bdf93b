// SPDX-License-Identifier: Apache-2.0
// How one address of a backend is asked when it is asked as a login would.
#pragma once

#include <chrono>

#include "conf/settings.hpp"
#include "proxy/doctor/question.hpp"
#include "proxy/upstream/candidates.hpp"

namespace postern::doctor {

/// `timeouts.connect`, within reason.
std::chrono::milliseconds patience_of(const conf::Live& live);

Question question_for(const conf::Live& live, const conf::Backend& backend,
                      const upstream::BackendLink& link, const upstream::Candidate& at);

}  // namespace postern::doctor
