// SPDX-License-Identifier: Apache-2.0
// What the clients of one listener are promised and bound to. Immutable, part of a snapshot; every
// conversation and relay on that listener looks at it. What it takes to serve them from a backend
// is in BackendTerms.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/before_tls.hpp"
#include "policy/capability.hpp"
#include "policy/command_set.hpp"
#include "policy/consequence.hpp"
#include "policy/mechanism.hpp"
#include "policy/rules.hpp"
#include "proxy/pop3/capabilities.hpp"

namespace postern::pop3 {

enum class Stls { kAbsent, kOffered };

struct ClientTerms {
  policy::Rules rules;
  Stls stls = Stls::kAbsent;
  std::string greeting = "POP3 ready";    // printable ASCII
  std::string advice;                     // what a client reads that should have used TLS
  std::string help_text;                  // of the administrator; may be empty
  std::string help_url;                   // appended to other refusals; may be empty
  std::string refusal_code = "SYS/PERM";  // of a refusal by policy; empty for none
  policy::BeforeTls before_tls = policy::BeforeTls::kStrict;
  policy::OnPlaintext on_plaintext = policy::OnPlaintext::kRefuse;
  policy::OnExposed on_exposed = policy::OnExposed::kWarn;
  policy::CommandSet commands = policy::kStandardCommands;  // after login
  std::optional<policy::CapabilitySet> capabilities;  // shown at most; empty: as the backend has
  std::uint32_t max_command_bytes = 512;
  std::uint32_t max_auth_bytes = 65536;
  std::uint32_t max_bad_commands = 5;    // 0 is off
  std::uint32_t max_login_attempts = 5;  // 0 is off
  /// Of all backends that a login may go to.
  std::vector<std::shared_ptr<const LearnedCapabilities>> learned = {};

  /// What each backend of which something is known can do, for those who have not logged in; empty
  /// as long as nothing is.
  std::optional<BackendCapabilities> known() const;
  /// Whether a client's CAPA after login needs the backend's answer.
  bool asks_for_capabilities() const noexcept;
  /// Whether a login by this mechanism may go on: `client` is who asks, and `user` who it says it
  /// is, if it has said so.
  policy::Verdict judge(policy::Facts client, policy::Mechanism mechanism,
                        std::optional<std::string_view> user,
                        policy::Doubt doubt = policy::Doubt::kDenies) const noexcept;
  /// How the user learns of a refusal, without CRLF: "-ERR [SYS/PERM] TLS is required: …".
  std::string refusal(const policy::Verdict& verdict) const;
};

/// The built-in advice, with a URL after it when there is one.
std::string default_advice(std::string_view help_text, std::string_view help_url);

enum class Phase { kAuthorization, kTransaction };

/// The reply to CAPA (RFC 2449 section 5), complete with status line and terminator: our own list,
/// never the backend's. Login capabilities are shown only where a login would be allowed, but for
/// USER where `before_tls` is talkative; and STLS only where no exception hides it.
/// `backend` is what the backend said in this session, or else what is known of it, if anything.
std::string capability_reply(const ClientTerms& terms, const policy::Facts& client, Phase phase,
                             const std::optional<BackendCapabilities>& backend = std::nullopt);

/// The reply to a bare AUTH: the mechanisms allowed on this link, as a multi-line reply.
std::string mechanism_reply(const ClientTerms& terms, const policy::Facts& client);

}  // namespace postern::pop3
