#include "proxy/server/terms.hpp"

#include <catch2/catch.hpp>

namespace postern::server {
namespace {

using policy::Mechanism;

conf::Live settings_with(std::vector<Mechanism> mechanisms, std::uint32_t max_auth_bytes) {
  conf::Live settings;
  settings.listeners.emplace_back();
  settings.policy.mechanisms = std::move(mechanisms);
  settings.limits.max_auth_bytes = max_auth_bytes;
  return settings;
}

}  // namespace

TEST_CASE("long lines inside AUTH are for mechanisms that need them") {
  const auto bound = [](std::vector<Mechanism> mechanisms, std::uint32_t most = 65'536) {
    return client_terms_for(settings_with(std::move(mechanisms), most), 0).max_auth_bytes;
  };
  CHECK(bound({Mechanism::kUser, Mechanism::kPlain, Mechanism::kLogin}) == 12'288);
  CHECK(bound({Mechanism::kCramMd5, Mechanism::kScramSha256}) == 12'288);
  for (const Mechanism one :
       {Mechanism::kGssapi, Mechanism::kNtlm, Mechanism::kXoauth2, Mechanism::kOauthBearer}) {
    CHECK(bound({Mechanism::kPlain, one}) == 65'536);
  }
  CHECK(bound({Mechanism::kPlain}, 1024) == 1024);
  CHECK(bound({Mechanism::kGssapi}, 1024) == 1024);
}

}  // namespace postern::server
