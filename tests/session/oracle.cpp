#include "tests/session/oracle.hpp"

#include <algorithm>
#include <array>

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/transaction.hpp"

namespace postern::session_test {
namespace {

// Both secrets as they stand, in base64, and inside the message of PLAIN.
constexpr std::array<std::string_view, 3> kClearForms = {kClearSecret, "Q2xlYXJDYW5hcn",
                                                         "NsZWFyQ2FuYXJ5"};
constexpr std::array<std::string_view, 3> kSealedForms = {kSealedSecret, "U2VhbGVkQ2FuYXJ5",
                                                          "AFNlYWxlZENhbmFyeQ"};

template <std::size_t N>
bool shows(std::string_view bytes, const std::array<std::string_view, N>& forms) {
  return std::ranges::any_of(
      forms, [&](std::string_view form) { return bytes.find(form) != std::string_view::npos; });
}

bool shows_clear(std::string_view bytes) {
  return shows(bytes, kClearForms) || bytes.find("AENsZWFyQ2FuYXJ5") != std::string_view::npos;
}

bool ends_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         pop3::equal_ignoring_case(text.substr(text.size() - word.size()), word);
}

bool is_canonical(std::string_view line) {
  std::string again;
  pop3::take_request({pop3::LineForm::kGood, line}, pop3::Terms(), again);
  return again == std::string(line) + "\r\n";
}

}  // namespace

void Oracle::expect(bool kept, std::string_view promise) {
  if (!kept && broken_.empty()) broken_ = promise;
}

void Oracle::client_says(std::string_view bytes) {
  said_.append(bytes);
  said_quit_ |= said_.find("QUIT") != std::string::npos;
  said_sealed_ |= tls_ && shows(said_, kSealedForms);
  constexpr std::size_t kMemory = 4096;
  if (said_.size() > 2 * kMemory) said_.erase(0, said_.size() - kMemory);
}

void Oracle::tls_is_up() {
  tls_ = true;
  upgrading = false;
  said_.clear();
}

pop3::Sink Oracle::send_downstream(std::string_view bytes) {
  expect(!closed, "nothing is sent downstream after the close");
  expect(!upgrading, "nothing is sent in clear once TLS was asked for");
  downstream_.append(bytes);
  for (std::size_t end = 0; (end = downstream_.find('\n')) != std::string::npos;) {
    const std::string line = downstream_.substr(0, end + 1);
    downstream_.erase(0, end + 1);
    expect(line.ends_with("\r\n"), "a line downstream ends with CRLF");
    expect(line.size() <= 512, "a line downstream has at most 512 octets");
    expect(pop3::all_printable(std::string_view(line).substr(0, line.size() - 2)),
           "a line downstream is printable ASCII");
    expect(!shows_clear(line) && !shows(line, kSealedForms), "no secret is echoed");
  }
  expect(downstream_.size() <= 511, "an unfinished line downstream is bounded");
  return downstream_sink;
}

pop3::Sink Oracle::send_upstream(std::string_view bytes) {
  expect(!closed, "nothing is sent upstream after the close");
  expect(connected, "nothing is sent upstream before there is a connection");
  upstream_.append(bytes);
  expect(!shows_clear(upstream_), "what came in clear never goes upstream");
  for (std::size_t end = 0; (end = upstream_.find('\n')) != std::string::npos;) {
    const std::string line = upstream_.substr(0, end + 1);
    upstream_.erase(0, end + 1);
    commands += line;
    expect(line.ends_with("\r\n") && line.size() <= 512,
           "a line upstream is bounded and ends with CRLF");
    check_line_upstream(std::string_view(line).substr(0, line.size() - 2));
  }
  expect(upstream_.empty(), "whole lines go upstream");
  return upstream_sink;
}

void Oracle::check_line_upstream(std::string_view line) {
  expect(!pop3::has_control(line), "a line upstream holds no control byte");
  if (!relaying_) {
    expect(line.starts_with("USER ") || line.starts_with("PASS "), "a login is USER and PASS");
    return;
  }
  expect(is_canonical(line), "commands go upstream in canonical form");
  expect(!shows(line, kSealedForms), "no secret goes upstream after the login");
  if (line == "QUIT") expect(said_quit_, "a QUIT is the client's");
}

void Oracle::start_tls() {
  expect(!closed && !tls_ && !upgrading, "STLS only in clear, and once");
  expect(ends_with_word(said_, "STLS\r\n"), "nothing lies behind an accepted STLS");
  upgrading = true;
}

pop3::Admission Oracle::admit(const pop3::Login& login) {
  expect(!closed && tls_ && said_sealed_, "a login that is to be admitted is complete");
  expect(!shows_clear(login.user) && !shows_clear(login.password),
         "what came in clear is never tried");
  return admission;
}

void Oracle::remember_exposed(const pop3::Login& login) {
  expect(!closed && !tls_, "only what came in clear was exposed");
  expect(!login.user.empty() && !login.password.empty(), "what is remembered is somebody's");
}

void Oracle::connect_upstream() {
  expect(!closed && !connecting && !connected, "one connection at a time");
  expect(tls_, "no backend is reached for a client in clear");
  expect(said_sealed_, "no backend is reached before a login is complete");
  connecting = true;
  commands.clear();
}

void Oracle::close_upstream() {
  expect(!closed && (connecting || connected), "only a connection is closed");
  connecting = connected = false;
  commands.clear();
}

void Oracle::relay_started() {
  expect(!closed && connected && tls_, "a relay has a client under TLS and a backend");
  relaying_ = true;
}

void Oracle::set_deadline(pop3::Deadline deadline) {
  expect(!closed, "no deadline after the close");
  penalised = deadline == pop3::Deadline::kPenalty;
}

void Oracle::report(const pop3::Report& report) {
  expect(!closed, "no report after the close");
  expect(!shows_clear(report.detail) && !shows(report.detail, kSealedForms),
         "no secret is reported");
  if (report.notice == pop3::Notice::kSecretExposed) expect(!tls_, "nothing is exposed under TLS");
}

void Oracle::close(pop3::CloseReason reason) {
  expect(!closed, "there is one close");
  closed = true;
  const bool cut = pop3::traits_of(reason).farewell == pop3::Farewell::kAbort || client_gone;
  expect(cut || downstream_.empty(), "a session that ends cleanly ends with a whole line");
}

void Oracle::look_at(const pop3::Dialogue& dialogue) {
  expect(!shows_clear(dialogue.user()), "what came in clear is not remembered as a name");
  expect(dialogue.closed() == closed, "the dialogue knows that it is closed");
  if (closed || upgrading) return;
  const bool open = downstream_sink == pop3::Sink::kOpen && upstream_sink == pop3::Sink::kOpen;
  const bool waits_for_backend =
      penalised || connecting || (connected && !relaying_) || dialogue.awaits_backend();
  if (open && !waits_for_backend) expect(dialogue.wants_client(), "somebody is always listened to");
  if (open) expect(dialogue.wants_backend(), "a backend is heard while the client takes bytes");
}

}  // namespace postern::session_test
