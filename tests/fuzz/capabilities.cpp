// SPDX-License-Identifier: Apache-2.0
// The backend's reply to CAPA: whatever it holds, what a client reads is made of our own words, in
// the right form, and does not depend on how reads fall.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "policy/capability.hpp"
#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/relay.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/promise.hpp"

namespace {

using postern::fuzz::Input;
using postern::fuzz::promise;
using postern::policy::Capability;
using namespace postern::pop3;  // NOLINT(google-build-using-namespace): a fuzz target

ClientTerms terms_for(std::size_t choice) {
  ClientTerms terms;
  if (choice % 2 == 1) terms.commands.add(postern::policy::Command::kLang);
  if (choice / 2 == 1) terms.capabilities = {{Capability::kLang, Capability::kExpire}};
  return terms;
}

struct Outcome {
  std::string downstream;
  bool failed = false;
  bool waiting = false;

  bool operator==(const Outcome&) const = default;
};

Outcome ask(const ClientTerms& terms, std::string_view said, Input* splits) {
  postern::policy::Facts client;
  client.link = postern::policy::Link::kTls13;
  BackendTerms backend;
  backend.learned = std::make_shared<LearnedCapabilities>();
  Relay relay(terms, backend, client);
  std::string upstream;
  std::string_view asked = "CAPA\r\n";
  relay.on_client(asked, upstream);
  promise(upstream == "CAPA\r\n", "the backend is asked");
  Outcome outcome;
  while (!said.empty()) {
    const std::size_t size = splits == nullptr ? said.size() : 1 + splits->below(said.size());
    const std::string block(said.substr(0, size));
    said.remove_prefix(size);
    std::string spare;
    Gather gather(spare);
    relay.on_backend(block, gather);
    outcome.downstream.append(gather.all());
  }
  outcome.failed = relay.finished().has_value();
  outcome.waiting = relay.awaits_backend();
  return outcome;
}

bool is_argument(std::string_view text) {
  const std::size_t space = text.find(' ');
  const std::string_view value = text.substr(0, space);
  const bool by_user = space == std::string_view::npos || text.substr(space + 1) == "USER";
  return by_user && (value == "NEVER" || parse_number(value));
}

void check_line(std::string_view line) {
  const std::size_t space = line.find(' ');
  const auto capability = postern::policy::capability_from(line.substr(0, space));
  promise(capability.has_value(), "only what we know is shown");
  promise(line.size() <= 510 && all_printable(line), "each line is a line of POP3");
  if (*capability == Capability::kExpire || *capability == Capability::kLoginDelay) {
    promise(is_argument(line.substr(space + 1)), "an argument is a number, NEVER or USER");
  } else if (*capability != Capability::kSasl) {
    promise(space == std::string_view::npos, "nothing stands behind the others");
  }
}

void check_list(std::string_view list) {
  constexpr std::string_view kFirst = "+OK capability list follows\r\n";
  promise(list.starts_with(kFirst) && list.ends_with("\r\n.\r\n"), "the list is whole");
  list = list.substr(kFirst.size(), list.size() - kFirst.size() - 3);
  while (!list.empty()) {
    const std::size_t end = list.find("\r\n");
    check_line(list.substr(0, end));
    list.remove_prefix(end + 2);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const ClientTerms terms = terms_for(input.below(4));
  const std::string_view said = input.rest();
  const Outcome whole = ask(terms, said, nullptr);
  Input splits(data, size);
  promise(ask(terms, said, &splits) == whole, "the outcome does not depend on how reads fall");
  promise(whole.waiting || whole.failed || !whole.downstream.empty(), "every CAPA is answered");
  if (!whole.downstream.empty()) check_list(whole.downstream);
  return 0;
}
