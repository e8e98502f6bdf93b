// SPDX-License-Identifier: Apache-2.0
// Base64 and the SASL exchanges: what decodes encodes back to the same text, and no credential that
// leaves could be more than one USER and one PASS.
#include <optional>
#include <string>
#include <variant>

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/base64.hpp"
#include "proxy/pop3/sasl.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/promise.hpp"
#include "tests/support/base64_reference.hpp"

namespace {

using postern::fuzz::Input;
using postern::fuzz::promise;
using postern::policy::Mechanism;
using postern::testing::base64_of;
using namespace postern::pop3;  // NOLINT(google-build-using-namespace): a fuzz target

void check_credential(const Credential& credential) {
  const std::string_view password = credential.password.reveal();
  promise(!credential.user.empty() && !password.empty(), "nothing in a credential is empty");
  promise(!has_control(credential.user) && !has_control(password), "no control byte leaves");
  promise(credential.user.front() != ' ' && credential.user.back() != ' ',
          "nobody has a second name by blanks");
}

// Runs one exchange over the lines of the text.
void run(Mechanism mechanism, std::string_view text, bool initial) {
  SaslExchange exchange(mechanism);
  std::optional<std::string_view> response;
  int rounds = 0;
  const auto next_line = [&] {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
  };
  if (initial) response = next_line();
  SaslStep step = exchange.begin(response);
  while (std::holds_alternative<SaslPrompt>(step) && !text.empty()) {
    promise(++rounds <= 2, "an exchange has at most two rounds");
    step = exchange.respond(next_line());
  }
  if (const auto* credential = std::get_if<Credential>(&step)) check_credential(*credential);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const bool initial = input.below(2) == 1;
  const std::string_view text = input.rest();
  if (const auto decoded = decode_base64(text)) {
    promise(base64_of(decoded->reveal()) == text, "there is one text for each byte string");
  }
  const auto back = decode_base64(base64_of(text));
  promise(back && back->reveal() == text, "what is encoded comes back");
  for (const Mechanism mechanism : {Mechanism::kPlain, Mechanism::kLogin}) {
    run(mechanism, text, initial);
    run(mechanism, base64_of(text), initial);
  }
  return 0;
}
