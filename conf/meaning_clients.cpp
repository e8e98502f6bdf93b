// SPDX-License-Identifier: Apache-2.0
// Certificates of clients: keys that mean nothing alone, and a mechanism that needs them at both
// ends.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "conf/meaning.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

bool asks_clients(const tls::Settings& tls) { return tls.client_auth != tls::ClientAuth::kNone; }

void check_client_keys(Reading& reading, const tls::Settings& tls) {
  if (asks_clients(tls) && tls.client_ca_file.empty()) {
    const auto word = client_auth_words()[static_cast<std::size_t>(tls.client_auth)].word;
    reading.report.error(reading.mark_of("tls.client_auth"),
                         fmt::format("with `tls.client_auth` = \"{}\", `tls.client_ca_file` has to "
                                     "name the authorities that clients' certificates come from",
                                     word));
  }
  if (asks_clients(tls)) return;
  const auto warn = [&reading](std::string_view key) {
    reading.report.warning("setting-idle", reading.mark_of(key),
                           fmt::format("without `tls.client_auth`, `{}` has no effect", key));
  };
  if (!tls.client_ca_file.empty()) warn("tls.client_ca_file");
  if (tls.client_user != tls::Settings().client_user) warn("tls.client_user");
}

void check_external(Reading& reading, std::size_t mechanism) {
  const Live& live = reading.settings.live;
  if (!asks_clients(live.tls)) {
    reading.report.error(reading.mark_of(fmt::format("policy.mechanisms[{}]", mechanism)),
                         "EXTERNAL is by a client's certificate, and needs `tls.client_auth` = "
                         "\"request\" or \"require\"");
    return;
  }
  for (const Backend& backend : live.backends) {
    if (!backend.security.certificate.cert_file.empty()) continue;
    reading.report.warning(
        "backend-mechanism", backend.mark,
        fmt::format(
            "nobody can log in to backend \"{}\" by EXTERNAL: it takes postern's word for a "
            "user by postern's own certificate, `backend.cert_file`",
            backend.name));
  }
}

}  // namespace

void check_client_auth(Reading& reading) {
  if (reading.broken.contains("tls.client_auth") || reading.broken.contains("tls.client_ca_file")) {
    return;
  }
  const Live& live = reading.settings.live;
  check_client_keys(reading, live.tls);
  const auto& all = live.policy.mechanisms;
  const auto found = std::ranges::find(all, policy::Mechanism::kExternal);
  if (found == all.end()) return;
  check_external(reading, static_cast<std::size_t>(found - all.begin()));
}

}  // namespace postern::conf
