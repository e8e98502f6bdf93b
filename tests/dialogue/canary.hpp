// SPDX-License-Identifier: Apache-2.0
// Passwords that are looked for in everything a gateway says, in each spelling in which they could
// stand there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/mechanism.hpp"

namespace postern::session_test {

/// What alice shows in clear where nothing allows it, what bob shows in clear, and what both say
/// under TLS only.
inline constexpr std::string_view kClearSecret = "ClearCanary";
inline constexpr std::string_view kOpenSecret = "OpenCanary";
inline constexpr std::string_view kSealedSecret = "SealedCanary";

class Canary {
 public:
  explicit Canary(std::string_view secret);

  /// Whether the bytes hold it as it stands, or inside of base64 at any offset.
  bool shown_in(std::string_view bytes) const noexcept;

 private:
  std::vector<std::string> forms_;
};

/// The mechanism by which a line of alice's or bob's completes a login with this password.
std::optional<policy::Mechanism> login_completed_by(std::string_view line, std::string_view secret);

}  // namespace postern::session_test
