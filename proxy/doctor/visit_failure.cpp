// SPDX-License-Identifier: Apache-2.0
// What it means that an address does not do.
#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

#include "proxy/doctor/said.hpp"
#include "proxy/doctor/visit.hpp"
#include "tls/pem_blocks.hpp"

namespace postern::doctor {
namespace {

using upstream::DialFailure;
using upstream::DialPhase;

struct Tongue {
  std::string_view begins;
  std::string_view name;
};

constexpr std::array kTongues = std::to_array<Tongue>({
    {"220", "SMTP or FTP"},
    {"* OK", "IMAP"},
    {"* PREAUTH", "IMAP"},
    {"* BYE", "IMAP"},
    {"SSH-", "SSH"},
    {"HTTP/", "HTTP"},
    {"\x15\x03", "TLS"},
    {"\"IMPLEMENTATION\"", "ManageSieve"},
});

std::string_view tongue_of(std::string_view said) {
  for (const Tongue& tongue : kTongues) {
    if (said.starts_with(tongue.begins)) return tongue.name;
  }
  return "something else";
}

struct Sign {
  std::string_view words;
  std::string_view check;
};

// By what the gateway's own log says of it.
constexpr std::array kSigns = std::to_array<Sign>({
    {"expired on", "backend-certificate-expired"},
    {"is not valid before", "backend-certificate-early"},
    {"for another name", "backend-certificate-name"},
    {"for another address", "backend-certificate-name"},
    {"not trusted", "backend-certificate-untrusted"},
    {"pinned", "backend-certificate-pin"},
    {"not meant for servers", "backend-certificate-usage"},
    {"certificate of ours", "backend-wants-certificate"},
    {"speaks without TLS", "backend-clear"},
    {"speaks only", "backend-version"},
    {"nothing as new as", "backend-version"},
    {"no version in common", "backend-version"},
    {"cipher", "backend-cipher"},
    {"insists on", "backend-cipher"},
});

std::string_view check_of(std::string_view text) {
  for (const Sign& sign : kSigns) {
    if (text.contains(sign.words)) return sign.check;
  }
  return "backend-tls";
}

}  // namespace

void Visit::explain(const DialFailure& failure) {
  switch (failure.phase) {
    case DialPhase::kQueue:
    case DialPhase::kResolve:
    case DialPhase::kConnect:
      return notes_.add("backend-unreachable", "it cannot be reached: " + failure.text);
    case DialPhase::kTls:
      return explain_tls(failure);
    case DialPhase::kGreeting:
      return explain_greeting(failure);
    case DialPhase::kStls:
      return notes_.add("backend-stls", failure.text);
  }
}

void Visit::explain_greeting(const DialFailure& failure) {
  switch (failure.said) {
    case upstream::Greeting::Kind::kRefusal:
      return notes_.add("backend-refuses",
                        fmt::format("it refuses to serve: {}", shown(failure.greeting)));
    case upstream::Greeting::Kind::kGarbled:
      return notes_.add("backend-foreign",
                        fmt::format("it is no POP3 server but speaks {}: {}",
                                    tongue_of(failure.greeting), shown(failure.greeting)));
    case upstream::Greeting::Kind::kNone:
    case upstream::Greeting::Kind::kGood:
      break;
  }
  notes_.add("backend-silent", "it takes the connection and does not greet: " + failure.text);
}

void Visit::explain_tls(const DialFailure& failure) {
  const std::string_view check = check_of(failure.text);
  const std::string port = tls::shell_word(address_.text());
  std::string fix;
  if (check == "backend-clear") fix = notes_.change("tls", "\"stls\"");
  if (check == "backend-certificate-untrusted") {
    const bool stls = backend().security.tls == conf::BackendTls::kStls;
    fix = fmt::format(
        "compare what this shows with the server's own, and name the file it makes in ca_file: "
        "openssl s_client -showcerts {}-connect {} </dev/null | openssl x509 -text "
        "-out backend-ca.pem",
        stls ? "-starttls pop3 " : "", port);
  }
  notes_.add(check, failure.text, std::move(fix));
}

}  // namespace postern::doctor
