// SPDX-License-Identifier: Apache-2.0
// What it takes to talk to one backend, and to pass on what it says. Immutable, part of a snapshot;
// a client never reads it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/backend.hpp"
#include "proxy/pop3/capabilities.hpp"

namespace postern::pop3 {

enum class Standing : std::uint8_t { kServes, kDown };

/// Whether a backend is known to be down: told by those who look after it, asked for each login, in
/// any thread.
class Availability {
 public:
  void set(Standing standing) noexcept { standing_.store(standing, std::memory_order_relaxed); }
  bool is_down() const noexcept {
    return standing_.load(std::memory_order_relaxed) == Standing::kDown;
  }

 private:
  std::atomic<Standing> standing_{Standing::kServes};
};

/// Whether the backend knows who we are, by a certificate of ours: then it can take our word for a
/// user who has shown us one.
enum class Vouching : std::uint8_t { kNo, kYes };

struct BackendTerms {
  policy::BackendAuth auth = policy::BackendAuth::kUserPass;
  policy::ClientAddress client_address = policy::ClientAddress::kNone;
  policy::ErrorText error_text = policy::ErrorText::kReplace;
  std::vector<std::string> temporary_errors = {};  // what it says that is no wrong password
  policy::LineEnds line_ends = policy::LineEnds::kAuto;
  policy::Body body = policy::Body::kPass;
  Vouching vouching = Vouching::kNo;
  std::shared_ptr<LearnedCapabilities> learned = nullptr;      // null: nothing is remembered
  std::shared_ptr<const Availability> availability = nullptr;  // null: it serves

  /// What earlier sessions learned, without the arguments; empty as long as that is nothing.
  std::optional<BackendCapabilities> known() const;
  /// Whether a login would come to nothing, so that no secret need be asked for.
  bool known_down() const noexcept { return availability && availability->is_down(); }
};

inline std::optional<BackendCapabilities> BackendTerms::known() const {
  const auto has = learned ? learned->get() : std::nullopt;
  if (!has) return std::nullopt;
  return BackendCapabilities{.has = *has, .expire = {}, .login_delay = {}};
}

}  // namespace postern::pop3
