// SPDX-License-Identifier: Apache-2.0
#include "load/script.hpp"

#include <utility>

namespace postern::bench {

using Kind = Step::Kind;

Script arrival(Tls tls) {
  const Step greeting{.kind = Kind::kGreeting, .text = {}};
  const Step handshake{.kind = Kind::kTls, .text = {}};
  switch (tls) {
    case Tls::kNone:
      return {greeting};
    case Tls::kImplicit:
      return {handshake, greeting};
    case Tls::kStls:
      return {greeting, Step{.text = "STLS\r\n"}, handshake};
  }
  std::unreachable();
}

Script login(const std::string& user) {
  return {Step{.text = "USER " + user + "\r\n"}, Step{.text = "PASS correct horse\r\n"}};
}

Script stat(const std::string& totals) {
  return {Step{.text = "STAT\r\n", .reply = "+OK " + totals}};
}

Script retrieve(std::size_t message) {
  return {Step{.kind = Kind::kRetrieve,
               .text = "RETR " + std::to_string(message) + "\r\n",
               .message = message}};
}

Script quit() { return {Step{.kind = Kind::kQuit, .text = "QUIT\r\n"}}; }

Script operator+(Script first, const Script& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace postern::bench
