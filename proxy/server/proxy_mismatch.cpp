// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/proxy_mismatch.hpp"

#include <array>
#include <utility>

#include "proxy/pop3/command.hpp"
#include "proxy/pop3/foreign.hpp"

namespace postern::server {
namespace {

struct MismatchWords {
  std::string_view reason;
  std::string_view message;
};

constexpr std::array<MismatchWords, 10> kMismatchWords = {{
    {"untrusted_peer",
     "this listener takes connections from listener.proxy_trusted only, and this is not one of "
     "them: a balancer that is missing there, or a client that goes past it"},
    {"no_header",
     "no PROXY header came in time: the balancer sends none, or waits for the client to speak "
     "first; is send-proxy set?"},
    {"no_header",
     "gone without a PROXY header: a health check that sends none, or a client behind a balancer "
     "that sends none"},
    {"incomplete_header", "the PROXY header began and did not end"},
    {"tls_hello",
     "TLS came and no PROXY header: the balancer passes connections on without one; is send-proxy "
     "set?"},
    {"pop3_command",
     "a POP3 command came and no PROXY header: the balancer passes connections on without one; is "
     "send-proxy set?"},
    {"foreign_protocol", "something else than a PROXY header came: does the balancer send one?"},
    {"malformed_header", "the PROXY header is malformed"},
    {"header_too_long", "the PROXY header is longer than 107 bytes (v1) or 4096 bytes (v2)"},
    {"bad_checksum", "the checksum of the PROXY header is wrong"},
}};

const MismatchWords& words_for(Mismatch mismatch) noexcept {
  return kMismatchWords.at(static_cast<std::size_t>(mismatch));
}

// The bytes may be the beginning of a line, or more than one.
Mismatch instead_of_header(std::string_view opening) noexcept {
  if (pop3::stranger_in(opening) == pop3::Stranger::kTls) return Mismatch::kTls;
  const std::string_view verb = opening.substr(0, opening.find_first_of(" \r\n"));
  const bool known = pop3::parse_command(verb).verb != pop3::Verb::kUnknown;
  return known ? Mismatch::kCommand : Mismatch::kForeign;
}

Mismatch fault_of(const net::ProxyIntake& intake) noexcept {
  switch (intake.fault()) {
    case net::ProxyFault::kNone:
      return instead_of_header(intake.opening());
    case net::ProxyFault::kMalformed:
      return Mismatch::kMalformed;
    case net::ProxyFault::kTooLong:
      return Mismatch::kTooLong;
    case net::ProxyFault::kChecksum:
      return Mismatch::kChecksum;
  }
  std::unreachable();
}

}  // namespace

Mismatch mismatch_of(const net::ProxyIntake& intake, net::ProxyIntake::State state) noexcept {
  using State = net::ProxyIntake::State;
  if (state == State::kFaulty) return fault_of(intake);
  if (!intake.opening().empty()) return Mismatch::kHalf;
  return state == State::kEnded ? Mismatch::kGone : Mismatch::kSilence;
}

void write_mismatch(admin::Log& log, Mismatch mismatch, const Arrival& arrival) {
  if (mismatch == Mismatch::kGone && log.is_quiet(arrival.peer.host())) return;
  const MismatchWords& words = words_for(mismatch);
  const auto level = mismatch == Mismatch::kGone ? conf::LogLevel::kInfo : conf::LogLevel::kWarn;
  const admin::StrangersLine line{.address = arrival.peer.host(),
                                  .level = level,
                                  .event = "proxy_mismatch",
                                  .reason = words.reason};
  if (!log.grants(line)) return;
  admin::LogEntry entry = log.entry(level, line.event);
  entry.add("rip", arrival.peer.ip()).add("rport", arrival.peer.port());
  entry.add("lip", arrival.local.ip()).add("lport", arrival.local.port());
  entry.add("listener", arrival.plan->name).add("tls", "-").add("reason", words.reason);
  log.write(level, entry.finish(words.message));
}

}  // namespace postern::server
