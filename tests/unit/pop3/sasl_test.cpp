// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/sasl.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace postern::pop3 {
namespace {

using policy::Mechanism;

// "prompt:…", "login:user/password", "fault:N"
std::string told(const SaslStep& step) {
  if (const auto* prompt = std::get_if<SaslPrompt>(&step)) {
    return "prompt:" + std::string(prompt->text);
  }
  if (const auto* credential = std::get_if<Credential>(&step)) {
    return "login:" + credential->user + "/" + std::string(credential->password.reveal());
  }
  switch (std::get<SaslFault>(step)) {
    case SaslFault::kCancelled:
      return "cancelled";
    case SaslFault::kBadBase64:
      return "not base64";
    case SaslFault::kBadMessage:
      return "bad message";
    case SaslFault::kBadName:
      return "bad name";
    case SaslFault::kBadPassword:
      return "bad password";
    case SaslFault::kForeignName:
      return "foreign name";
  }
  std::unreachable();
}

std::string plain(std::optional<std::string_view> response) {
  return told(SaslExchange(Mechanism::kPlain).begin(response));
}

}  // namespace

TEST_CASE("PLAIN, with and without an initial response") {
  CHECK(plain(std::nullopt) == "prompt:");
  CHECK(plain("AGFsaWNlAHNlY3JldA==") == "login:alice/secret");
  CHECK(plain("YWxpY2UAYWxpY2UAc2VjcmV0") == "login:alice/secret");
  SaslExchange exchange(Mechanism::kPlain);
  CHECK(told(exchange.begin(std::nullopt)) == "prompt:");
  CHECK(told(exchange.respond("AGFsaWNlACBhIGIg")) == "login:alice/ a b ");
  CHECK(exchange.user().empty());
  CHECK(exchange.mechanism() == Mechanism::kPlain);
}

TEST_CASE("PLAIN that is refused") {
  struct Row {
    std::string_view response;
    std::string_view outcome;
  };
  const std::vector<Row> rows = {
      {"=", "bad message"},  // empty
      {"", "bad message"},   // empty, said otherwise
      {"*", "cancelled"},
      {"Ym9zcwBhbGljZQBzZWNyZXQ=", "foreign name"},      // boss NUL alice NUL secret
      {"QWxpY2UAYWxpY2UAc2VjcmV0", "foreign name"},      // Alice is not alice
      {"YWxpY2VzZWNyZXQ=", "bad message"},               // no NUL
      {"YWxpY2UAc2VjcmV0", "bad message"},               // one
      {"AGFsaWNlAHNlYwByZXQ=", "bad message"},           // three
      {"AABzZWNyZXQ=", "bad message"},                   // no name
      {"AGFsaWNlAA==", "bad message"},                   // no password
      {"AAA=", "bad message"},                           // neither
      {"AGFsaWNlAGdvb2QNCkRFTEUgMQ==", "bad password"},  // good CR LF DELE 1
      {"AGFsaWNlAHNlYwpyZXQ=", "bad password"},          // LF
      {"AGFsaWNlAHNlYw1yZXQ=", "bad password"},          // CR
      {"AGFsaWNlAHNlY39yZXQ=", "bad password"},          // DEL
      {"AGFsaWNlAHNlYwlyZXQ=", "bad password"},          // TAB
      {"AGFsaQpjZQBzZWNyZXQ=", "bad name"},              // LF in the name
      {"ACAgAHNlY3JldA==", "bad message"},               // nothing but blanks in the name
      {"AGFsaWNlAHNlY3JldA", "not base64"},
      {" AGFsaWNlAHNlY3JldA==", "not base64"},
      {"* ", "not base64"},
      {"**", "not base64"},
  };
  for (const Row& row : rows) {
    INFO(row.response);
    CHECK(plain(row.response) == row.outcome);
  }
}

TEST_CASE("names are bytes, without the blanks around them") {
  CHECK(plain("AEFsaWNlIExpZGRlbGwAc2VjcmV0") == "login:Alice Liddell/secret");
  CHECK(plain("AOlsb2RpZQBzZWNyZXQ=") == "login:\xe9lodie/secret");
  CHECK(plain("ICBhbGljZSAAICBhbGljZSAAIHNlY3JldCA=") == "login:alice/ secret ");
  SaslExchange exchange(Mechanism::kLogin);
  CHECK(told(exchange.begin("IEFsaWNlIExpZGRlbGwg")) == "prompt:UGFzc3dvcmQ6");
  CHECK(exchange.user() == "Alice Liddell");
}

TEST_CASE("LOGIN asks for the name, then for the password") {
  SaslExchange exchange(Mechanism::kLogin);
  CHECK(told(exchange.begin(std::nullopt)) == "prompt:VXNlcm5hbWU6");
  CHECK(exchange.user().empty());
  CHECK(told(exchange.respond("YWxpY2U=")) == "prompt:UGFzc3dvcmQ6");
  CHECK(exchange.user() == "alice");
  CHECK(told(exchange.respond("c2VjcmV0")) == "login:alice/secret");
}

TEST_CASE("LOGIN with an initial response") {
  SaslExchange exchange(Mechanism::kLogin);
  CHECK(told(exchange.begin("YWxpY2U=")) == "prompt:UGFzc3dvcmQ6");
  CHECK(told(exchange.respond("IGEgYiA=")) == "login:alice/ a b ");
}

TEST_CASE("LOGIN that is refused") {
  for (const char* name : {"=", "", "IA=="}) {
    INFO(name);
    CHECK(told(SaslExchange(Mechanism::kLogin).begin(name)) == "bad message");
  }
  for (const char* name : {"YQ0KYg==", "AA==", "YQBi"}) {
    INFO(name);
    CHECK(told(SaslExchange(Mechanism::kLogin).begin(name)) == "bad name");
  }
  for (const char* password : {"", "AA==", "YQ0KREVMRSAx", "YQBi", "YX9i"}) {
    SaslExchange exchange(Mechanism::kLogin);
    exchange.begin("YWxpY2U=");
    INFO(password);
    const bool empty = *password == '\0';
    CHECK(told(exchange.respond(password)) == (empty ? "bad message" : "bad password"));
  }
  SaslExchange exchange(Mechanism::kLogin);
  exchange.begin("YWxpY2U=");
  CHECK(told(exchange.respond("*")) == "cancelled");
  CHECK(told(exchange.respond("=")) == "not base64");
}

TEST_CASE("what USER and PASS can carry") {
  CHECK(is_speakable_user("alice@example.com"));
  CHECK(is_speakable_user("\xc3\xa4"));
  CHECK(is_speakable_user("a b"));
  for (const char* user : {"", " ", " a", "a ", "a\t", "a\r", "a\n", "a\x7f"}) {
    CHECK_FALSE(is_speakable_user(user));
  }
  CHECK_FALSE(is_speakable_user(std::string_view("a\0", 2)));
  CHECK(is_speakable_password(" "));
  CHECK(is_speakable_password(" a b \xff"));
  for (const char* password : {"", "\t", "a\r", "a\nb", "a\x7f"}) {
    CHECK_FALSE(is_speakable_password(password));
  }
  CHECK_FALSE(is_speakable_password(std::string_view("a\0", 2)));
}

}  // namespace postern::pop3
