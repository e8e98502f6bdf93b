// SPDX-License-Identifier: Apache-2.0
#include "proxy/explain/link_words.hpp"

#include <fmt/format.h>

#include <string_view>

#include "conf/links.hpp"

namespace postern::explain {
namespace {

std::string_view way_of(conf::BackendTls tls) {
  switch (tls) {
    case conf::BackendTls::kNone:
      return "";
    case conf::BackendTls::kImplicit:
      return "from the first byte";
    case conf::BackendTls::kStls:
      return "by STLS";
  }
  return "";
}

std::string pins_of(const conf::BackendSecurity& security) {
  const std::size_t count = security.pin_sha256.size();
  if (count == 0) return {};
  return count == 1 ? "the pinned key" : fmt::format("one of {} pinned keys", count);
}

std::string proof_of(const conf::Backend& backend) {
  const conf::BackendSecurity& security = backend.security;
  const std::string chain = security.ca_file.empty()
                                ? "a chain to the system's authorities"
                                : fmt::format("a chain to those of {}", security.ca_file);
  const std::string pins = pins_of(security).empty() ? "" : " and " + pins_of(security);
  const std::string& host = backend.address.front().host;
  switch (security.verify.value_or(conf::kDefaultVerify)) {
    case tls::Verify::kFull:
      return fmt::format("the name {} by {}{}",
                         security.server_name.empty() ? host : security.server_name, chain, pins);
    case tls::Verify::kCa:
      return chain + pins;
    case tls::Verify::kPin:
      return pins_of(security);
    case tls::Verify::kNone:
      return "nothing";
  }
  return {};
}

}  // namespace

std::string link_words(const conf::Backend& backend) {
  const conf::BackendSecurity& security = backend.security;
  if (security.tls == conf::BackendTls::kNone) return {};
  const auto least = security.min_version.value_or(conf::kDefaultBackendVersion);
  return fmt::format("TLS {} or newer, {}; the server proves {}",
                     policy::name_of(conf::link_of(least)), way_of(security.tls),
                     proof_of(backend));
}

}  // namespace postern::explain
