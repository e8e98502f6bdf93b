// SPDX-License-Identifier: Apache-2.0
// How backends are reached under TLS: keys that mean nothing alone or against each other, and what
// is allowed and unwise.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "conf/meaning.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

// The rules for the TLS of one backend.
class SecurityCheck {
 public:
  SecurityCheck(Reading& reading, std::size_t index)
      : reading_(reading),
        index_(index),
        backend_(reading.settings.live.backends[index]),
        security_(backend_.security) {}

  void run() {
    if (security_.tls == BackendTls::kNone) return check_unused();
    check_pins();
    check_roots();
    check_certificate();
    check_wisdom();
  }

 private:
  bool given(std::string_view leaf) const {
    if (leaf == "verify") return security_.verify.has_value();
    if (leaf == "min_version") return security_.min_version.has_value();
    if (leaf == "ca_file") return !security_.ca_file.empty();
    if (leaf == "server_name") return !security_.server_name.empty();
    if (leaf == "pin_sha256") return !security_.pin_sha256.empty();
    if (leaf == "cert_file") return !security_.certificate.cert_file.empty();
    return !security_.certificate.key_file.empty();
  }

  Mark mark_of(std::string_view leaf) const {
    return reading_.mark_of(fmt::format("backend[{}].{}", index_, leaf));
  }
  void error(std::string_view leaf, std::string text) {
    reading_.report.error(mark_of(leaf), fmt::format("`backend.{}` {}", leaf, text));
  }
  void warning(std::string_view check, std::string_view leaf, std::string text) {
    reading_.report.warning(check, mark_of(leaf), std::move(text));
  }

  // Whoever writes these believes that the link is protected.
  void check_unused() {
    constexpr std::array<std::string_view, 7> kLeaves = {
        "verify", "ca_file", "server_name", "pin_sha256", "min_version", "cert_file", "key_file"};
    if (reading_.broken.contains("backend.tls")) return;
    for (const std::string_view leaf : kLeaves) {
      if (!given(leaf)) continue;
      reading_.report.error(mark_of(leaf),
                            fmt::format("there is no TLS for `backend.{}`; write `backend.tls` = "
                                        "\"stls\" or \"implicit\"",
                                        leaf));
    }
  }

  tls::Verify verify() const { return security_.verify.value_or(kDefaultVerify); }

  void check_pins() {
    if (reading_.broken.contains("backend.pin_sha256")) return;
    if (verify() == tls::Verify::kPin && !given("pin_sha256")) {
      error("verify", "= \"pin\" needs `backend.pin_sha256`");
    }
    if (verify() == tls::Verify::kNone && given("pin_sha256")) {
      error("pin_sha256", "is against `backend.verify` = \"none\"; write \"pin\"");
    }
  }

  void check_roots() {
    if (!given("ca_file")) return;
    switch (verify()) {
      case tls::Verify::kFull:
      case tls::Verify::kCa:
        return;
      case tls::Verify::kPin:
        return error("ca_file", "is against `backend.verify` = \"pin\", which looks at no chain");
      case tls::Verify::kNone:
        return error("ca_file", "is against `backend.verify` = \"none\"; write \"full\" or \"ca\"");
    }
  }

  void check_certificate() {
    const bool doubtful = reading_.broken.contains("backend.cert_file") ||
                          reading_.broken.contains("backend.key_file");
    if (doubtful || given("cert_file") == given("key_file")) return;
    if (given("cert_file")) {
      error("cert_file", "needs `backend.key_file`");
    } else {
      error("key_file", "needs `backend.cert_file`");
    }
  }

  void check_wisdom() {
    if (verify() == tls::Verify::kNone) {
      warning("backend-unproved", "verify",
              fmt::format("backend \"{}\" need not prove who it is; whoever stands between "
                          "reads all passwords",
                          backend_.name));
    }
    if (security_.min_version.value_or(kDefaultBackendVersion) < tls::Version::kTls12) {
      warning("backend-old-version", "min_version",
              fmt::format("`backend.min_version` \"{}\" is not safe (RFC 8996)",
                          version_words()[static_cast<std::size_t>(*security_.min_version)].word));
    }
    const auto& mechanisms = reading_.settings.live.policy.mechanisms;
    const bool apop = std::ranges::find(mechanisms, policy::Mechanism::kApop) != mechanisms.end();
    if (security_.tls == BackendTls::kStls && apop) {
      warning("backend-apop", "tls",
              fmt::format("nobody can log in to backend \"{}\" by APOP: its timestamp comes "
                          "before STLS, and may be anybody's",
                          backend_.name));
    }
  }

  Reading& reading_;
  std::size_t index_;
  const Backend& backend_;
  const BackendSecurity& security_;
};

}  // namespace

void check_backend_security(Reading& reading, std::size_t index) {
  BackendSecurity& security = reading.settings.live.backends[index].security;
  if (security.tls != BackendTls::kNone) {
    security.verify = security.verify.value_or(kDefaultVerify);
    security.min_version = security.min_version.value_or(kDefaultBackendVersion);
  }
  const bool doubtful =
      reading.broken.contains("backend.verify") || reading.broken.contains("backend.min_version");
  if (!doubtful) SecurityCheck(reading, index).run();
}

}  // namespace postern::conf
