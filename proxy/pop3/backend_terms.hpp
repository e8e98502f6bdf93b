// What it takes to talk to one backend, and to pass on what it says. Immutable, part of a snapshot;
// a client never reads it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/pop3/backend_login.hpp"
#include "proxy/pop3/capabilities.hpp"

namespace postern::pop3 {

/// What becomes of the words in a backend's `-ERR` after login.
enum class ErrorText { kReplace, kPass };

/// How the backend ends its lines; kAuto: as it ends its greeting.
enum class LineEnds : std::uint8_t { kAuto, kCrLf, kLf };

struct BackendTerms {
  UpstreamAuth auth = UpstreamAuth::kUserPass;
  ErrorText error_text = ErrorText::kReplace;
  std::vector<std::string> temporary_errors = {};  // what it says that is no wrong password
  LineEnds line_ends = LineEnds::kAuto;
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
