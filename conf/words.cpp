// SPDX-License-Identifier: Apache-2.0
#include "conf/words.hpp"

#include <algorithm>
#include <vector>

#include "conf/links.hpp"
#include "policy/word.hpp"

namespace postern::conf {
namespace {

template <typename Enum>
constexpr WordName now(std::string_view word, Enum value) {
  return {.word = word, .value = static_cast<int>(value)};
}

constexpr WordName kListenerTls[] = {
    now("implicit", ListenerTls::kImplicit),
    now("stls", ListenerTls::kStls),
    now("none", ListenerTls::kNone),
};

constexpr WordName kProfiles[] = {
    now("modern", tls::Profile::kModern),
    now("intermediate", tls::Profile::kIntermediate),
    now("legacy", tls::Profile::kLegacy),
};

constexpr WordName kOldVersions[] = {
    now("refuse-handshake", tls::OldVersion::kRefuseHandshake),
    now("refuse-login", tls::OldVersion::kRefuseLogin),
};

constexpr WordName kAlpn[] = {
    now("strict", tls::Alpn::kStrict),
    now("lenient", tls::Alpn::kLenient),
};

constexpr WordName kUnknownNames[] = {
    now("default", tls::UnknownName::kDefault),
    now("reject", tls::UnknownName::kReject),
};

constexpr WordName kClientAuth[] = {
    now("none", tls::ClientAuth::kNone),
    now("request", tls::ClientAuth::kRequest),
    now("require", tls::ClientAuth::kRequire),
};

constexpr WordName kClientUsers[] = {
    now("cn", tls::ClientUser::kCommonName),
    now("email", tls::ClientUser::kEmail),
    now("upn", tls::ClientUser::kUpn),
};

constexpr WordName kOnPlaintext[] = {
    now("refuse", policy::OnPlaintext::kRefuse),
    now("disconnect", policy::OnPlaintext::kDisconnect),
};

constexpr WordName kOnExposed[] = {
    now("warn", policy::OnExposed::kWarn),
    now("deny", policy::OnExposed::kDeny),
};

constexpr WordName kBeforeTls[] = {
    now("strict", policy::BeforeTls::kStrict),
    now("talkative", policy::BeforeTls::kTalkative),
};

constexpr WordName kStlsListings[] = {
    now("show", policy::StlsListing::kShown),
    now("hide", policy::StlsListing::kHidden),
};

constexpr WordName kBalances[] = {
    now("first", policy::Balance::kFirst),
    now("round-robin", policy::Balance::kRoundRobin),
    now("least-connections", policy::Balance::kLeastConnections),
    now("hash-user", policy::Balance::kHashUser),
};

constexpr WordName kBackendTls[] = {
    now("none", BackendTls::kNone),
    now("implicit", BackendTls::kImplicit),
    now("stls", BackendTls::kStls),
};

constexpr WordName kVerify[] = {
    now("full", tls::Verify::kFull),
    now("ca", tls::Verify::kCa),
    now("pin", tls::Verify::kPin),
    now("none", tls::Verify::kNone),
};

constexpr WordName kBackendAuth[] = {
    now("user-pass", policy::BackendAuth::kUserPass),
    now("sasl-plain", policy::BackendAuth::kSaslPlain),
    now("auto", policy::BackendAuth::kAuto),
};

constexpr WordName kClientAddresses[] = {
    now("none", policy::ClientAddress::kNone),
    now("proxy-v1", policy::ClientAddress::kProxyV1),
    now("proxy-v2", policy::ClientAddress::kProxyV2),
    now("xclient", policy::ClientAddress::kXclient),
    now("xoip", policy::ClientAddress::kXoip),
};

constexpr WordName kErrorTexts[] = {
    now("replace", policy::ErrorText::kReplace),
    now("pass", policy::ErrorText::kPass),
};

constexpr WordName kLineEnds[] = {
    now("auto", policy::LineEnds::kAuto),
    now("crlf", policy::LineEnds::kCrLf),
    now("lf", policy::LineEnds::kLf),
};

constexpr WordName kBodies[] = {
    now("pass", policy::Body::kPass),
    now("repair", policy::Body::kRepair),
};

constexpr WordName kLogFormats[] = {
    now("logfmt", LogFormat::kLogfmt),
    now("json", LogFormat::kJson),
};

constexpr WordName kClusterFailures[] = {
    now("local", OnClusterFailure::kLocal),
    now("refuse", OnClusterFailure::kRefuse),
};

constexpr WordName kSandboxModes[] = {
    now("auto", SandboxMode::kAuto),
    now("on", SandboxMode::kOn),
    now("off", SandboxMode::kOff),
};

constexpr WordName kLogUsers[] = {
    now("plain", LogUser::kPlain),
    now("hash", LogUser::kHash),
    now("none", LogUser::kNone),
};

constexpr WordName kLogLevels[] = {
    now("debug", LogLevel::kDebug),
    now("info", LogLevel::kInfo),
    now("warn", LogLevel::kWarn),
    now("error", LogLevel::kError),
};

// The values from `first` to `last`, by the names that the policy has for them.
template <typename Enum, typename Name>
std::vector<WordName> words_of(Enum first, Enum last, const Name& name) {
  std::vector<WordName> words;
  for (int i = static_cast<int>(first); i <= static_cast<int>(last); ++i) {
    words.push_back(now(name(static_cast<Enum>(i)), static_cast<Enum>(i)));
  }
  return words;
}

template <typename Enum>
std::vector<WordName> words_of(Enum first, Enum last) {
  return words_of(first, last, [](Enum value) { return policy::name_of(value); });
}

std::vector<WordName> with(std::vector<WordName> words, const std::vector<WordName>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::vector<WordName> postponed(std::vector<WordName> words, std::string_view word) {
  std::ranges::find(words, word, &WordName::word)->support = Support::kLater;
  return words;
}

// What the same thing is called elsewhere.
struct Translation {
  std::string_view theirs;
  std::string_view ours;
};

constexpr Translation kTranslations[] = {
    {"starttls", "stls"},
    {"explicit", "stls"},
    {"upgrade", "stls"},
    {"ssl", "implicit"},
    {"tls", "implicit"},
    {"ssl/tls", "implicit"},
    {"ssl-tls", "implicit"},
    {"pop3s", "implicit"},
    {"smtps", "implicit"},
    {"imaps", "implicit"},
    {"on", "implicit"},
    {"yes", "implicit"},
    {"true", "implicit"},
    {"always", "implicit"},
    {"off", "none"},
    {"no", "none"},
    {"false", "none"},
    {"never", "none"},
    {"plain", "none"},
    {"plaintext", "none"},
    {"clear", "none"},
    {"disabled", "none"},
    {"proxy", "proxy-v2"},
    {"send-proxy", "proxy-v1"},
    {"send-proxy-v2", "proxy-v2"},
    {"haproxy", "proxy-v2"},
    {"v1", "proxy-v1"},
    {"v2", "proxy-v2"},
    {"required", "tls-required"},
    {"tls", "tls-required"},
    {"yes", "tls-required"},
    {"on", "tls-required"},
    {"no", "plaintext-allowed"},
    {"off", "plaintext-allowed"},
    {"none", "plaintext-allowed"},
    {"plaintext", "plaintext-allowed"},
    {"optional", "plaintext-allowed"},
    {"report", "report-only"},
    {"monitor", "report-only"},
    {"dry-run", "report-only"},
    {"permissive", "report-only"},
    {"on", "enforce"},
    {"enforcing", "enforce"},
    {"tlsv1", "1.0"},
    {"tls1.0", "1.0"},
    {"tlsv1.0", "1.0"},
    {"tls1.1", "1.1"},
    {"tlsv1.1", "1.1"},
    {"tls1.2", "1.2"},
    {"tlsv1.2", "1.2"},
    {"tls 1.2", "1.2"},
    {"tls1.3", "1.3"},
    {"tlsv1.3", "1.3"},
    {"tls 1.3", "1.3"},
    {"failover", "first"},
    {"optional", "request"},
    {"optional_no_ca", "request"},
    {"required", "require"},
    {"on", "require"},
    {"yes", "require"},
    {"commonname", "cn"},
    {"common_name", "cn"},
    {"rfc822name", "email"},
    {"mail", "email"},
    {"userprincipalname", "upn"},
    {"roundrobin", "round-robin"},
    {"rr", "round-robin"},
    {"leastconn", "least-connections"},
    {"least_conn", "least-connections"},
    {"hash", "hash-user"},
    {"warning", "warn"},
    {"err", "error"},
    {"critical", "error"},
    {"notice", "info"},
    {"information", "info"},
    {"trace", "debug"},
    {"verbose", "debug"},
    {"text", "logfmt"},
    {"plain", "logfmt"},
};

}  // namespace

std::string_view translated(std::string_view word, std::span<const WordName> names) noexcept {
  for (const Translation& one : kTranslations) {
    if (!policy::same_word(one.theirs, word)) continue;
    if (std::ranges::find(names, one.ours, &WordName::word) != names.end()) return one.ours;
  }
  return {};
}

// Made when first asked for: the table of keys, which asks, is made before main() in another file.
std::span<const WordName> version_words() noexcept {
  static const std::vector<WordName> kVersions =
      words_of(tls::Version::kTls10, tls::Version::kTls13,
               [](tls::Version version) { return policy::name_of(link_of(version)); });
  return kVersions;
}

std::span<const WordName> level_words() noexcept {
  static const std::vector<WordName> kLevels =
      with(words_of(policy::Level::kTlsRequired, policy::Level::kPlaintextAllowed),
           words_of(policy::Level::kTlsRequired, policy::Level::kPlaintextAllowed,
                    policy::exchange_name_of));
  return kLevels;
}

std::span<const WordName> mode_words() noexcept {
  static const std::vector<WordName> kModes =
      words_of(policy::Mode::kEnforce, policy::Mode::kReportOnly);
  return kModes;
}

std::span<const WordName> mechanism_words() noexcept {
  static const std::vector<WordName> kMechanisms =
      words_of(policy::Mechanism::kUser, policy::Mechanism::kExternal);
  return kMechanisms;
}

std::span<const WordName> command_words() noexcept {
  static const std::vector<WordName> kCommands =
      postponed(words_of(policy::Command::kStat, policy::Command::kLang), "UTF8");
  return kCommands;
}

std::span<const WordName> capability_words() noexcept {
  static const std::vector<WordName> kCapabilities =
      postponed(words_of(policy::Capability::kTop, policy::Capability::kUtf8), "UTF8");
  return kCapabilities;
}

std::span<const WordName> listener_tls_words() noexcept { return kListenerTls; }

std::string_view word_for(ListenerTls tls) noexcept {
  return kListenerTls[static_cast<std::size_t>(tls)].word;
}

std::span<const WordName> profile_words() noexcept { return kProfiles; }
std::span<const WordName> old_version_words() noexcept { return kOldVersions; }
std::span<const WordName> alpn_words() noexcept { return kAlpn; }
std::span<const WordName> unknown_name_words() noexcept { return kUnknownNames; }
std::span<const WordName> client_auth_words() noexcept { return kClientAuth; }
std::span<const WordName> client_user_words() noexcept { return kClientUsers; }
std::span<const WordName> on_plaintext_words() noexcept { return kOnPlaintext; }
std::span<const WordName> on_exposed_words() noexcept { return kOnExposed; }
std::span<const WordName> before_tls_words() noexcept { return kBeforeTls; }
std::span<const WordName> stls_listing_words() noexcept { return kStlsListings; }
std::span<const WordName> balance_words() noexcept { return kBalances; }
std::span<const WordName> backend_tls_words() noexcept { return kBackendTls; }
std::span<const WordName> verify_words() noexcept { return kVerify; }
std::span<const WordName> backend_auth_words() noexcept { return kBackendAuth; }
std::span<const WordName> client_address_words() noexcept { return kClientAddresses; }
std::span<const WordName> error_text_words() noexcept { return kErrorTexts; }
std::span<const WordName> line_ends_words() noexcept { return kLineEnds; }

std::span<const WordName> body_words() noexcept { return kBodies; }
std::span<const WordName> log_format_words() noexcept { return kLogFormats; }
std::span<const WordName> log_level_words() noexcept { return kLogLevels; }
std::span<const WordName> log_user_words() noexcept { return kLogUsers; }
std::span<const WordName> cluster_failure_words() noexcept { return kClusterFailures; }
std::span<const WordName> sandbox_words() noexcept { return kSandboxModes; }
std::string_view word_for(SandboxMode mode) noexcept {
  return kSandboxModes[static_cast<std::size_t>(mode)].word;
}

}  // namespace postern::conf
