// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/securing.hpp"

#include <utility>

#include "proxy/net/error_text.hpp"
#include "tls/offer.hpp"

namespace postern::upstream {

using transport::Transport;
using transport::TransportEnd;

namespace {

// An alert is all that a server says that wants nothing of what it was offered.
bool speaks_clear(const transport::Opening& opening) noexcept {
  constexpr char kAlert = 21;  // RFC 8446 section 5.1
  return opening.foreign() && opening.bytes().front() != kAlert;
}

}  // namespace

void Securing::ask(Transport& connection) {
  answer_.forget();
  connection.send("STLS\r\n");
}

Securing::Answer Securing::hear(std::string_view bytes) {
  switch (answer_.hear(bytes)) {
    case Greeting::Kind::kNone:
      return Answer::kNone;
    case Greeting::Kind::kGood:
      return Answer::kAgreed;
    case Greeting::Kind::kRefusal:
      return Answer::kRefused;
    case Greeting::Kind::kGarbled:
      return answer_.text().starts_with("+OK") && answer_.text().contains('\n') ? Answer::kMore
                                                                                : Answer::kGarbled;
  }
  std::unreachable();
}

void Securing::shake_hands(Transport& connection) const {
  connection.connect_tls(link_.context, link_.name_for(host_));
}

std::string_view Securing::text_of(Answer answer) noexcept {
  switch (answer) {
    case Answer::kNone:
    case Answer::kAgreed:
      return "";
    case Answer::kRefused:
      return "it refuses STLS; is TLS configured there, and does nothing on the way take it out?";
    case Answer::kMore:
      return "it says more behind its +OK to STLS, which may be injected";
    case Answer::kGarbled:
      return "it does not answer STLS as POP3 does";
  }
  std::unreachable();
}

std::string Securing::why_failed(const Transport& connection, TransportEnd end) const {
  if (speaks_clear(connection.opening())) {
    return is_implicit() ? "it speaks without TLS there; is the port right, or tls = \"stls\"?"
                         : "it goes on without TLS behind its +OK to STLS";
  }
  switch (end) {
    case TransportEnd::kTlsFailed:
      return connection.tls_failure();
    case TransportEnd::kFinished:
    case TransportEnd::kTruncated:
    case TransportEnd::kReset:
      break;
  }
  const int error = connection.error() == 0 ? net::closed_by_peer() : connection.error();
  if (!connection.opening().bytes().empty()) {
    return net::error_text(error) + ", in the middle of the handshake";
  }
  const auto floor = link_.settings.min_version.value_or(conf::kDefaultBackendVersion);
  return net::error_text(error) +
         ": it may speak no TLS there, or want nothing of what it is offered (many say no more): " +
         tls::offer_of(floor);
}

}  // namespace postern::upstream
