// SPDX-License-Identifier: Apache-2.0
// What is known about logins as bytes in a file: digests, and how old each is. Whoever reads it
// learns no name, no password and no address; whoever changes it is noticed.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/exposed_credentials.hpp"
#include "proxy/server/guard.hpp"
#include "tls/keyed_hash.hpp"

namespace postern::server {

struct LoginState {
  std::vector<policy::ExposedCredentials::Record> exposed;
  std::vector<Guard::KnownPlace> known;
};

/// The two clocks. The steady one may begin anew with the machine, and the other may be set, so
/// ages are written and not times; between two processes passes what the wall clock says, but a day
/// at most, and nothing when it was put back.
struct Clocks {
  std::chrono::steady_clock::time_point steady = std::chrono::steady_clock::now();
  std::chrono::sys_seconds wall =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
};

/// The longest image there can be.
inline constexpr std::size_t kLongestImage = std::size_t{16} << 20;

/// Ends with a digest of the rest, made with the hash.
std::string to_image(const LoginState& state, const tls::KeyedHash& hash, const Clocks& now = {});

/// The oldest first. Nothing when the image was not made by to_image() with the same hash, or was
/// changed since.
std::optional<LoginState> from_image(std::string_view image, const tls::KeyedHash& hash,
                                     const Clocks& now = {});

}  // namespace postern::server
