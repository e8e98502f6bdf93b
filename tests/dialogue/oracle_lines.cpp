// SPDX-License-Identifier: Apache-2.0
// What the oracle asks of each line that leaves the gateway.
#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/base64.hpp"
#include "proxy/pop3/transaction.hpp"
#include "tests/dialogue/oracle.hpp"

namespace postern::session_test {
namespace {

using policy::BackendAuth;
using policy::Mechanism;

bool is_canonical(std::string_view line) {
  std::string again;
  pop3::take_request({pop3::LineForm::kGood, line}, pop3::ClientTerms(), again);
  return again == std::string(line) + "\r\n";
}

}  // namespace

pop3::Sink Oracle::send_downstream(std::string_view bytes) {
  expect(!closed, "nothing is sent downstream after the close");
  expect(!upgrading, "nothing is sent in clear once TLS was asked for");
  downstream_.append(bytes);
  for (std::size_t end = 0; (end = downstream_.find('\n')) != std::string::npos;) {
    const std::string line = downstream_.substr(0, end + 1);
    downstream_.erase(0, end + 1);
    expect(line.ends_with("\r\n"), "a line downstream ends with CRLF");
    expect(line.size() <= 512, "a line downstream has at most 512 octets");
    check_line_downstream(std::string_view(line).substr(0, line.size() - 2));
  }
  expect(downstream_.size() <= 511, "an unfinished line downstream is bounded");
  return downstream_sink;
}

void Oracle::check_line_downstream(std::string_view line) {
  greeted_ = true;
  expect(pop3::all_printable(line), "a line downstream is printable ASCII");
  expect(!knows_secret(line), "no secret is echoed");
  if (!relaying_) check_prompt(line);
  // It was admitted, and then found not to fit into a line of the backend's.
  if (line == "-ERR name or password too long") trial_.reset();
}

// Nobody is asked for a password that may not be sent.
void Oracle::check_prompt(std::string_view line) {
  constexpr std::string_view kPromise = "no password is asked for that the policy forbids";
  const auto somebody_may = [&](Mechanism mechanism) {
    return policy_.for_somebody(mechanism, link_) != Outcome::kForbidden;
  };
  if (line == "+OK send PASS") expect(somebody_may(Mechanism::kUser), kPromise);
  if (!line.starts_with("+ ")) return;
  if (line == "+ VXNlcm5hbWU6" || line == "+ UGFzc3dvcmQ6") {
    return expect(somebody_may(Mechanism::kLogin), kPromise);
  }
  const bool plain =
      line == "+ " && policy_.for_anybody(Mechanism::kPlain, link_) != Outcome::kForbidden;
  expect(plain || exchange_admitted_ || was_begun(), kPromise);
}

pop3::Sink Oracle::send_upstream(std::string_view bytes) {
  expect(!closed && !must_end_, "nothing is sent upstream after the end");
  expect(connected, "nothing is sent upstream before there is a connection");
  upstream_.append(bytes);
  const bool trying = trial_ && !relaying_;
  expect(!clear_.shown_in(upstream_), "what came in clear never goes upstream");
  expect(!open_.shown_in(upstream_) || (trying && in_clear()),
         "what came in clear goes upstream only in an allowed login");
  expect(!sealed_.shown_in(upstream_) || (trying && !in_clear()),
         "a secret goes upstream only in an allowed login");
  for (std::size_t end = 0; (end = upstream_.find('\n')) != std::string::npos;) {
    const std::string line = upstream_.substr(0, end + 1);
    upstream_.erase(0, end + 1);
    commands += line;
    // A message that only the backend can judge may be as long as limits.max_auth_bytes.
    const bool message = trying && policy::is_sasl(trial_->mechanism) &&
                         policy::is_passed_through(trial_->mechanism);
    expect(line.ends_with("\r\n") && line.size() <= (message ? 65'536U + 2 : 512U),
           "a line upstream is bounded and ends with CRLF");
    check_line_upstream(std::string_view(line).substr(0, line.size() - 2));
  }
  expect(upstream_.empty(), "whole lines go upstream");
  return upstream_sink;
}

void Oracle::check_line_upstream(std::string_view line) {
  asked_ = true;
  expect(introduced_ == policy_.introduces(), "who comes is told before who logs in");
  expect(!pop3::has_control(line), "a line upstream holds no control byte");
  if (!relaying_) return check_login_upstream(line);
  expect(is_canonical(line), "commands go upstream in canonical form");
  if (line == "QUIT") expect(said_quit_, "a QUIT is the client's");
}

// A name and its password as they were admitted; or a mechanism and its messages.
void Oracle::check_login_upstream(std::string_view line) {
  if (line.starts_with("AUTH ")) return check_auth_upstream(line.substr(5));
  expect(trial_.has_value(), "nothing of a login goes upstream before it is admitted");
  if (!trial_) return;
  const bool passed = policy::is_passed_through(trial_->mechanism);
  const BackendAuth auth = policy_.upstream_auth();
  if (trial_->mechanism == Mechanism::kApop) {
    expect(line.starts_with("APOP " + trial_->user + " "), "an APOP is the client's");
  } else if (passed) {
    expect(pop3::decode_base64(line).has_value(), "a message of an exchange is base64");
  } else if (line == "CAPA") {
    expect(auth == BackendAuth::kAuto, "capabilities are asked for where they count");
  } else if (line.starts_with("USER ") || line.starts_with("PASS ")) {
    expect(auth != BackendAuth::kSaslPlain, "USER and PASS go where they are wanted");
    const std::string& argument = line.front() == 'U' ? trial_->user : trial_->password;
    expect(line.substr(5) == argument, "the login that goes upstream is the one admitted");
  } else {
    expect(auth != BackendAuth::kUserPass, "AUTH PLAIN goes where it is wanted");
    const std::string message = std::string(1, '\0') + trial_->user + '\0' + trial_->password;
    expect(line == pop3::encode_base64(message).reveal(),
           "the login that goes upstream is the one admitted");
  }
}

void Oracle::check_auth_upstream(std::string_view name) {
  const auto mechanism = policy::sasl_mechanism_from(name);
  if (mechanism == Mechanism::kPlain) {
    const bool spoken = trial_ && !policy::is_passed_through(trial_->mechanism);
    return expect(spoken && policy_.upstream_auth() != BackendAuth::kUserPass,
                  "AUTH PLAIN speaks for a login that was admitted");
  }
  const bool begun =
      mechanism && policy::is_passed_through(*mechanism) && begun_.contains(*mechanism);
  expect(begun && (trial_ || policy_.may_begin(*mechanism, link_)),
         "a mechanism goes upstream that was begun and may be");
}

}  // namespace postern::session_test
