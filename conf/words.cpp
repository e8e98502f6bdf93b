// SPDX-License-Identifier: Apache-2.0
#include "conf/words.hpp"

#include <algorithm>

#include "policy/word.hpp"

namespace postern::conf {
namespace {

template <typename Enum>
constexpr WordName now(std::string_view word, Enum value) {
  return {.word = word, .value = static_cast<int>(value)};
}

constexpr WordName later(std::string_view word) {
  return {.word = word, .support = Support::kLater};
}

constexpr WordName kListenerTls[] = {
    now("implicit", ListenerTls::kImplicit),
    now("stls", ListenerTls::kStls),
    now("none", ListenerTls::kNone),
};

constexpr WordName kVersions[] = {
    now("1.0", tls::Version::kTls10),
    now("1.1", tls::Version::kTls11),
    now("1.2", tls::Version::kTls12),
    now("1.3", tls::Version::kTls13),
};

constexpr WordName kProfiles[] = {
    now("modern", tls::Profile::kModern),
    now("intermediate", tls::Profile::kIntermediate),
    now("legacy", tls::Profile::kLegacy),
};

constexpr WordName kAlpn[] = {
    now("strict", tls::Alpn::kStrict),
    now("lenient", tls::Alpn::kLenient),
};

constexpr WordName kUnknownNames[] = {
    now("default", tls::UnknownName::kDefault),
    now("reject", tls::UnknownName::kReject),
};

constexpr WordName kLevels[] = {
    now("tls-required", policy::Level::kTlsRequired),
    now("tls-for-plaintext", policy::Level::kTlsForPlaintext),
    now("plaintext-allowed", policy::Level::kPlaintextAllowed),
    now("SecureLogin", policy::Level::kTlsRequired),
    now("PlainTextAuthentication", policy::Level::kTlsForPlaintext),
    now("PlainTextLogin", policy::Level::kPlaintextAllowed),
};

constexpr WordName kMechanisms[] = {
    now("USER", policy::Mechanism::kUser),
    now("PLAIN", policy::Mechanism::kPlain),
    now("LOGIN", policy::Mechanism::kLogin),
    now("APOP", policy::Mechanism::kApop),
    now("CRAM-MD5", policy::Mechanism::kCramMd5),
    now("SCRAM-SHA-1", policy::Mechanism::kScramSha1),
    now("SCRAM-SHA-256", policy::Mechanism::kScramSha256),
    now("SCRAM-SHA-512", policy::Mechanism::kScramSha512),
    now("NTLM", policy::Mechanism::kNtlm),
    now("GSSAPI", policy::Mechanism::kGssapi),
    now("XOAUTH2", policy::Mechanism::kXoauth2),
    now("OAUTHBEARER", policy::Mechanism::kOauthBearer),
    later("EXTERNAL"),
};

constexpr WordName kModes[] = {
    now("enforce", policy::Mode::kEnforce),
    now("report-only", policy::Mode::kReportOnly),
};

constexpr WordName kOnPlaintext[] = {
    now("refuse", policy::OnPlaintext::kRefuse),
    now("disconnect", policy::OnPlaintext::kDisconnect),
};

constexpr WordName kOnExposed[] = {
    now("warn", policy::OnExposed::kWarn),
    now("deny", policy::OnExposed::kDeny),
};

constexpr WordName kBackendTls[] = {
    {.word = "none"},
    later("implicit"),
    later("stls"),
};

constexpr WordName kBackendAuth[] = {
    now("user-pass", policy::BackendAuth::kUserPass),
    now("sasl-plain", policy::BackendAuth::kSaslPlain),
    now("auto", policy::BackendAuth::kAuto),
};

constexpr WordName kCommands[] = {
    now("STAT", policy::Command::kStat), now("LIST", policy::Command::kList),
    now("RETR", policy::Command::kRetr), now("DELE", policy::Command::kDele),
    now("NOOP", policy::Command::kNoop), now("RSET", policy::Command::kRset),
    now("TOP", policy::Command::kTop),   now("UIDL", policy::Command::kUidl),
    now("CAPA", policy::Command::kCapa), now("QUIT", policy::Command::kQuit),
    now("LANG", policy::Command::kLang), later("UTF8"),
};

constexpr WordName kCapabilities[] = {
    now("TOP", policy::Capability::kTop),
    now("UIDL", policy::Capability::kUidl),
    now("USER", policy::Capability::kUser),
    now("SASL", policy::Capability::kSasl),
    now("RESP-CODES", policy::Capability::kRespCodes),
    now("AUTH-RESP-CODE", policy::Capability::kAuthRespCode),
    now("PIPELINING", policy::Capability::kPipelining),
    now("STLS", policy::Capability::kStls),
    now("EXPIRE", policy::Capability::kExpire),
    now("LOGIN-DELAY", policy::Capability::kLoginDelay),
    now("LANG", policy::Capability::kLang),
    later("UTF8"),
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

constexpr WordName kLogFormats[] = {
    now("logfmt", LogFormat::kLogfmt),
    now("json", LogFormat::kJson),
};

constexpr WordName kLogLevels[] = {
    now("debug", LogLevel::kDebug),
    now("info", LogLevel::kInfo),
    now("warn", LogLevel::kWarn),
    now("error", LogLevel::kError),
};

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

std::span<const WordName> listener_tls_words() noexcept { return kListenerTls; }
std::span<const WordName> version_words() noexcept { return kVersions; }
std::span<const WordName> profile_words() noexcept { return kProfiles; }
std::span<const WordName> alpn_words() noexcept { return kAlpn; }
std::span<const WordName> unknown_name_words() noexcept { return kUnknownNames; }
std::span<const WordName> level_words() noexcept { return kLevels; }
std::span<const WordName> mechanism_words() noexcept { return kMechanisms; }
std::span<const WordName> mode_words() noexcept { return kModes; }
std::span<const WordName> on_plaintext_words() noexcept { return kOnPlaintext; }
std::span<const WordName> on_exposed_words() noexcept { return kOnExposed; }
std::span<const WordName> backend_tls_words() noexcept { return kBackendTls; }
std::span<const WordName> backend_auth_words() noexcept { return kBackendAuth; }
std::span<const WordName> capability_words() noexcept { return kCapabilities; }
std::span<const WordName> command_words() noexcept { return kCommands; }
std::span<const WordName> error_text_words() noexcept { return kErrorTexts; }
std::span<const WordName> line_ends_words() noexcept { return kLineEnds; }
std::span<const WordName> log_format_words() noexcept { return kLogFormats; }
std::span<const WordName> log_level_words() noexcept { return kLogLevels; }

}  // namespace postern::conf
