// SPDX-License-Identifier: Apache-2.0
// What it takes to talk to one backend, and to pass on what it says. Immutable, part of a snapshot;
// a client never reads it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/backend.hpp"
#include "proxy/pop3/capabilities.hpp"

namespace postern::pop3 {

struct BackendTerms {
  policy::BackendAuth auth = policy::BackendAuth::kUserPass;
  policy::ErrorText error_text = policy::ErrorText::kReplace;
  std::vector<std::string> temporary_errors = {};  // what it says that is no wrong password
  policy::LineEnds line_ends = policy::LineEnds::kAuto;
  std::shared_ptr<LearnedCapabilities> learned = nullptr;  // null: nothing is remembered

  /// What earlier sessions learned, without the arguments; empty as long as that is nothing.
  std::optional<BackendCapabilities> known() const;
};

inline std::optional<BackendCapabilities> BackendTerms::known() const {
  const auto has = learned ? learned->get() : std::nullopt;
  if (!has) return std::nullopt;
  return BackendCapabilities{.has = *has, .expire = {}, .login_delay = {}};
}

}  // namespace postern::pop3
