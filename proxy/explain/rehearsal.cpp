// SPDX-License-Identifier: Apache-2.0
#include "proxy/explain/rehearsal.hpp"

#include <utility>

#include "proxy/pop3/base64.hpp"
#include "proxy/pop3/dialogue.hpp"
#include "proxy/pop3/introduction.hpp"

namespace postern::explain {
namespace {

using policy::Mechanism;

constexpr std::string_view kPassword = "password";
constexpr std::string_view kDigest = "0123456789abcdef0123456789abcdef";

std::string base64(std::string_view text) {
  return std::string(pop3::encode_base64(text).reveal());
}

// What a client sends after AUTH, message by message.
std::vector<std::string> messages(Mechanism mechanism, const std::string& user) {
  const std::string token =
      "\x01"
      "auth=Bearer " +
      std::string(kPassword) + "\x01\x01";
  switch (mechanism) {
    case Mechanism::kPlain:
      return {base64(std::string(1, '\0') + user + std::string(1, '\0') + std::string(kPassword))};
    case Mechanism::kLogin:
      return {base64(user), base64(kPassword)};
    case Mechanism::kCramMd5:
      return {base64(user + " " + std::string(kDigest))};
    case Mechanism::kScramSha1:
    case Mechanism::kScramSha256:
    case Mechanism::kScramSha512:
      return {base64("n,,n=" + user + ",r=" + std::string(kDigest))};
    case Mechanism::kXoauth2:
      return {base64("user=" + user + token)};
    case Mechanism::kOauthBearer:
      return {base64("n,a=" + user + "," + token)};
    case Mechanism::kExternal:
      return {base64(user)};
    case Mechanism::kNtlm:
    case Mechanism::kGssapi:
      return {base64(kDigest)};
    case Mechanism::kUser:
    case Mechanism::kApop:
      return {};
  }
  std::unreachable();
}

std::vector<std::string> script(const Part& part, const std::string& user) {
  const Mechanism mechanism = part.client.mechanism;
  if (mechanism == Mechanism::kUser) return {"USER " + user, "PASS " + std::string(kPassword)};
  if (mechanism == Mechanism::kApop) return {"APOP " + user + " " + std::string(kDigest)};
  std::vector<std::string> lines = messages(mechanism, user);
  const std::string auth = "AUTH " + std::string(policy::name_of(mechanism));
  if (part.first_message == FirstMessage::kWithAuth) {
    lines.front().insert(0, auth + " ");
  } else {
    lines.insert(lines.begin(), auth);
  }
  return lines;
}

// Nobody knows the port of a client that is only imagined.
std::string with_any_port(std::string_view line) {
  constexpr std::string_view kPort = " PORT=0 ";
  std::string text(line);
  return text.replace(text.find(kPort), kPort.size(), " PORT=<port> ");
}

// A line as it may be shown.
std::string shown(std::string_view line) {
  const auto up_to_last_word = [&] { return std::string(line.substr(0, line.rfind(' ') + 1)); };
  if (line.starts_with("PASS ")) return "PASS <password>";
  if (line.starts_with("APOP ")) {
    const std::string command = up_to_last_word();
    return (command == "APOP ~ " ? "APOP <user> " : command) + "<digest>";
  }
  if (line.starts_with("XOIP ")) return std::string(line);
  if (line.starts_with("XCLIENT ")) return with_any_port(line);
  if (line == "USER ~") return "USER <user>";
  if (line.starts_with("USER ") || line == "CAPA") return std::string(line);
  if (!line.starts_with("AUTH ")) return "<response>";
  return line.find(' ') == line.rfind(' ') ? std::string(line) : up_to_last_word() + "<response>";
}

// The lines between the status line and the dot.
std::vector<std::string> listed(std::string_view reply) {
  std::vector<std::string> lines;
  while (!reply.empty()) {
    const std::size_t end = reply.find("\r\n");
    lines.emplace_back(reply.substr(0, end));
    reply.remove_prefix(end + 2);
  }
  if (lines.size() < 2) return {};
  return {lines.begin() + 1, lines.end() - 1};
}

class Rehearsal final : public pop3::Shell {
 public:
  Rehearsal(const pop3::ClientTerms& terms, const Lead& lead, const Part& part)
      : lead_(lead),
        backend_(lead.anybodys),
        address_(part.client.peer),
        user_(part.user.empty() ? std::string(kAnybody) : part.user),
        certified_(part.client.cert == policy::ClientCert::kNamesUser ? user_ : std::string()),
        dialogue_(terms, lead.anybodys, *this, spare_, part.client) {
    dialogue_.open(part.client.link, part.client.cert);
    serve();
    heard_.clear();
    dialogue_.on_client("CAPA\r\n");
    course_.capabilities = listed(std::exchange(heard_, {}));
  }

  Course play(const Part& part) {
    for (const std::string& line : script(part, user_)) {
      if (course_.logged_in || dialogue_.closed()) break;
      const std::string reply = say(line);
      course_.turns.push_back({shown(line), reply});
      if (!reply.starts_with('+')) break;
    }
    if (course_.logged_in && !part.command.empty()) try_command(part.command);
    course_.user = dialogue_.user();
    return std::move(course_);
  }

  pop3::Sink send_downstream(std::string_view bytes) override {
    heard_.append(bytes);
    return pop3::Sink::kOpen;
  }
  pop3::Sink send_upstream(std::string_view bytes) override {
    asked_.append(bytes);
    return pop3::Sink::kOpen;
  }
  bool is_hopeless(std::string_view) const override { return false; }
  std::string certified_user() const override { return certified_; }
  void start_tls() override {}
  void admit(const pop3::Login& login) override { admitted_ = lead_.admit(login); }
  void judged(const pop3::LoginJudged& login) override {
    course_.unvouched = login.judgement == pop3::Judgement::kUnvouched;
  }
  void remember_exposed(const pop3::Login&) override {}
  void connect_upstream() override { connecting_ = true; }
  void close_upstream() override {}
  void introduce() override {
    asked_ = pop3::introduction_line(backend_->client_address, {address_, 0, "<id>"});
  }
  void relay_started() override { course_.logged_in = true; }
  void set_deadline(pop3::Deadline) override {}
  void report(const pop3::Report& report) override { course_.reports.push_back(report); }
  void close(pop3::CloseReason) override {}

 private:
  std::string say(std::string_view line) {
    dialogue_.on_client(std::string(line) + "\r\n");
    serve();
    return heard();
  }

  // Plays the backend, until it is asked nothing more.
  void serve() {
    while (admitted_ || connecting_ || (!asked_.empty() && !course_.logged_in)) {
      if (const auto admitted = std::exchange(admitted_, std::nullopt)) {
        if (admitted->backend != nullptr) backend_ = admitted->backend;
        dialogue_.on_admitted(*admitted);
        continue;
      }
      if (std::exchange(connecting_, false)) {
        dialogue_.on_upstream_connected();
        dialogue_.on_backend("+OK ready <1896.697170952@backend>\r\n");
        continue;
      }
      const std::string line = asked();
      course_.backend.push_back(shown(line));
      dialogue_.on_backend(answer_to(line));
    }
  }

  static std::string_view answer_to(std::string_view line) {
    if (line == "CAPA") return "-ERR\r\n";
    return line.starts_with("AUTH ") ? "+ \r\n" : "+OK\r\n";
  }

  void try_command(const std::string& command) {
    const std::string reply = say(command);
    course_.forwarded = asked();
    course_.command = Turn{command, reply};
  }

  // What has been said to a side, without its line end.
  std::string heard() { return line_of(heard_); }
  std::string asked() { return line_of(asked_); }
  static std::string line_of(std::string& bytes) {
    std::string line = std::exchange(bytes, {});
    if (line.ends_with("\r\n")) line.resize(line.size() - 2);
    return line;
  }

  const Lead& lead_;
  const pop3::BackendTerms* backend_;  // that the login goes to
  policy::IpAddress address_;
  std::string user_;       // who is played,
  std::string certified_;  // and whom the certificate names; empty without one
  pop3::Spare spare_;
  std::string heard_;
  std::string asked_;
  std::optional<pop3::LoginAdmitted> admitted_;  // to be told to the dialogue once it has returned
  bool connecting_ = false;
  Course course_;
  pop3::Dialogue dialogue_;
};

}  // namespace

Course rehearse(const pop3::ClientTerms& terms, const Lead& lead, const Part& part) {
  return Rehearsal(terms, lead, part).play(part);
}

}  // namespace postern::explain
