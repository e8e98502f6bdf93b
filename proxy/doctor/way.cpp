// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/way.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <string>

#include "proxy/pop3/introduction.hpp"
#include "proxy/upstream/announcement.hpp"

namespace postern::doctor {
namespace {

using std::chrono::milliseconds;

// Longer than anybody's patience with a mail program, where `timeouts.connect` is off or long.
constexpr milliseconds kPatience{10'000};

std::string introduction_for(policy::ClientAddress way, const net::Address& address) {
  if (!policy::is_command(way)) return {};
  const auto nobody = policy::IpAddress::parse(address.family() == AF_INET ? "127.0.0.1" : "::1");
  return pop3::introduction_line(way, {.address = *nobody, .port = 1, .session = "doctor"});
}

}  // namespace

milliseconds patience_of(const conf::Live& live) {
  const milliseconds connect = live.timeouts.connect;
  return connect.count() == 0 ? kPatience : std::min(connect, kPatience);
}

Question question_for(const conf::Live& live, const conf::Backend& backend,
                      const upstream::BackendLink& link, const upstream::Candidate& at) {
  return {.address = at.address,
          .host = at.host,
          .link = link,
          .sources = upstream::SourceAddresses(backend.source_address),
          .announcement = upstream::announcement_for_nobody(backend.client_address),
          .introduction = introduction_for(backend.client_address, at.address),
          .patience = patience_of(live)};
}

}  // namespace postern::doctor
