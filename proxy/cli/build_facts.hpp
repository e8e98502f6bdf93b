// SPDX-License-Identifier: Apache-2.0
// What a program was built from: the commit, the package, and whose BoringSSL it uses. Known when
// it is configured (deploy/cmake/Origin.cmake), and written to a source of its own, so that another
// commit compiles that alone.
#pragma once

#include <string_view>

namespace postern::cli {

/// How BoringSSL gets into the process.
enum class TlsLink { kShared, kStatic };

/// Who exchanges BoringSSL when it has a hole: the distribution, by its package, or whoever builds
/// this program.
enum class TlsUpdates { kDistribution, kBuilder };

struct BuildFacts {
  std::string_view commit;       // in full, "+changes" behind it; "unknown" where there is none
  std::string_view package;      // the version of the distribution's package, or empty
  std::string_view tls_package;  // which BoringSSL is from, or empty: a private one
  std::string_view tls_version;  // of that package, or what the builder calls it; "unknown"
  TlsLink tls_link = TlsLink::kShared;
  TlsUpdates tls_updates = TlsUpdates::kBuilder;
};

/// Of this program. Lives as long as the process.
const BuildFacts& build_facts() noexcept;

}  // namespace postern::cli
