// SPDX-License-Identifier: Apache-2.0
// What the administrator chose about TLS: plain values, no BoringSSL in sight.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace postern::tls {

enum class Version { kTls10, kTls11, kTls12, kTls13 };

/// Mozilla's names for sets of ciphers, the strictest first.
enum class Profile { kModern, kIntermediate, kLegacy };

/// The oldest version that a profile has ciphers for: none below is ever agreed.
constexpr Version oldest_of(Profile profile) noexcept {
  switch (profile) {
    case Profile::kModern:
      return Version::kTls13;
    case Profile::kIntermediate:
      return Version::kTls12;
    case Profile::kLegacy:
      return Version::kTls10;
  }
  return Version::kTls13;
}

/// The strictest profile that has ciphers for a version.
constexpr Profile least_profile_for(Version version) noexcept {
  if (version >= oldest_of(Profile::kModern)) return Profile::kModern;
  return version >= oldest_of(Profile::kIntermediate) ? Profile::kIntermediate : Profile::kLegacy;
}

/// What happens to a client that offers ALPN protocols and "pop3" is not among them (RFC 7301).
enum class Alpn { kStrict, kLenient };

/// What happens to a client whose SNI no certificate covers. A name that is no host name counts as
/// absent for kDefault and as unknown for kReject; more than 255 bytes or a NUL are always refused.
enum class UnknownName { kDefault, kReject };

/// What becomes of a client that offers nothing new enough: no handshake; or one that succeeds, so
/// that its login can be refused in words.
enum class OldVersion { kRefuseHandshake, kRefuseLogin };

/// Whether clients are asked for a certificate: never; they may show one, which has to be good; or
/// they have to.
enum class ClientAuth { kNone, kRequest, kRequire };

/// Where in a client's certificate its user's name stands: the subject's common name, or in the
/// subjectAltName the e-mail address or the user principal name.
enum class ClientUser { kCommonName, kEmail, kUpn };

/// One `[[tls.certificate]]`: a PEM chain, leaf first, and its PEM key.
struct CertificateFiles {
  std::string cert_file;
  std::string key_file;
  std::string ocsp_file = {};  // DER of an OCSP response; empty: none is stapled

  bool operator==(const CertificateFiles&) const = default;
};

struct Settings {
  std::vector<CertificateFiles> certificates;
  std::string cert_dir = {};  // more of them, whatever their number is; empty: none
  Version min_version = Version::kTls12;
  Version max_version = Version::kTls13;
  Profile profile = Profile::kIntermediate;
  // Older than `min_version`, with the ciphers that it needs: for connections that are told so, and
  // no others.
  std::optional<Version> lowered_floor = {};
  OldVersion old_version = OldVersion::kRefuseHandshake;
  Alpn alpn = Alpn::kStrict;
  UnknownName sni_unknown = UnknownName::kDefault;
  bool tickets = true;
  std::string ticket_key_file = {};  // see ticket_file.hpp; empty: keys of our own, which rotate
  std::chrono::milliseconds reload_interval{30'000};  // of files; 0: only when told of a change
  ClientAuth client_auth = ClientAuth::kNone;
  std::string client_ca_file = {};  // PEM; whom to believe about clients
  ClientUser client_user = ClientUser::kCommonName;

  bool operator==(const Settings&) const = default;
};

/// What a server has to prove to us: its chain and its name, its chain alone, nothing but its key,
/// or nothing at all. Pins, where there are any, are looked at in any case.
enum class Verify { kFull, kCa, kPin, kNone };

/// SHA-256 of a SubjectPublicKeyInfo (RFC 7469 section 2.4).
using Pin = std::array<std::uint8_t, 32>;

/// TLS to a backend.
struct ClientSettings {
  Verify verify = Verify::kFull;
  std::string ca_file;    // PEM; the system's store when empty
  std::vector<Pin> pins;  // any of them does
  Version min_version = Version::kTls12;

  bool operator==(const ClientSettings&) const = default;
};

}  // namespace postern::tls
