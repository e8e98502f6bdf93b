// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/probe.hpp"

#include <utility>

#include "proxy/pop3/capabilities.hpp"

namespace postern::doctor {
namespace {

using transport::Transport;
using upstream::Dialer;

// RFC 2449 section 3 lets a reply have 512 bytes; nobody's list is a hundred times as long.
constexpr std::size_t kMostHeard = 65'536;

}  // namespace

Probe::Probe(const Dialer::World& world, const Question& question, net::Callback done)
    : question_(question), done_(std::move(done)), patience_(world.loop, [this] { leave(); }) {
  Dialer::Owner& self = *this;
  dialer_ = std::make_unique<Dialer>(
      world, self,
      Dialer::Target{question.address, question.host, question.link, question.patience,
                     question.sources, question.announcement});
}

void Probe::on_phase(Dialer&, upstream::DialPhase) {}

void Probe::on_dialed(Dialer& dialer, std::unique_ptr<Transport> connection,
                      std::string_view greeting) {
  answer_.greeted_after = dialer.taken();
  answer_.greeting = greeting;
  answer_.leaf = connection->peer_leaf();
  answer_.suite = connection->tls_suite();
  connection_ = std::move(connection);
  connection_->hand_over(*this);
  connection_->set_reading(true);
  patience_.start(question_.patience);
  if (question_.introduction.empty()) return say(Stage::kCapabilities, "CAPA\r\n");
  say(Stage::kIntroduction, question_.introduction);
}

void Probe::on_dial_failed(Dialer&, const upstream::DialFailure& failure) {
  answer_.failure = failure;
  leave();
}

void Probe::say(Stage stage, std::string_view command) {
  stage_ = stage;
  connection_->send(command);
}

void Probe::on_plaintext(Transport&, std::span<char> bytes) {
  if (stage_ == Stage::kOver) return;
  heard_.append(bytes.data(), bytes.size());
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = heard_.find('\n', begin)) != std::string::npos;) {
    std::string line = heard_.substr(begin, end - begin);
    if (line.ends_with('\r')) line.pop_back();
    begin = end + 1;
    take(line);
    if (stage_ == Stage::kOver) return;
  }
  heard_.erase(0, begin);
  if (heard_.size() > kMostHeard) leave();
}

void Probe::take(std::string_view line) {
  switch (stage_) {
    case Stage::kIntroduction:
      answer_.introduced = line;
      return say(Stage::kCapabilities, "CAPA\r\n");
    case Stage::kCapabilities:
      if (!line.starts_with("+OK")) return say(Stage::kFarewell, "QUIT\r\n");
      answer_.capabilities.emplace();
      stage_ = Stage::kList;
      return;
    case Stage::kList:
      if (line == "." || answer_.capabilities->size() >= pop3::kMostCapabilities) {
        return say(Stage::kFarewell, "QUIT\r\n");
      }
      answer_.capabilities->emplace_back(line);
      return;
    case Stage::kFarewell:
      answer_.took_leave = true;
      return leave();
    case Stage::kDial:
    case Stage::kOver:
      return;
  }
}

void Probe::on_end(Transport&, transport::TransportEnd) { leave(); }
void Probe::on_secured(Transport&) {}
void Probe::on_full(Transport&) {}
void Probe::on_drained(Transport&) {}
void Probe::on_connected(Transport&, int) {}

void Probe::leave() {
  if (std::exchange(stage_, Stage::kOver) == Stage::kOver) return;
  patience_.stop();
  if (connection_) {
    connection_->say_goodbye();
    connection_->close();
  }
  done_();
}

std::vector<Answer> ask_all(const Dialer::World& world, const std::vector<Question>& questions) {
  std::vector<Answer> answers;
  if (questions.empty()) return answers;
  std::size_t left = questions.size();
  std::vector<std::unique_ptr<Probe>> probes;
  probes.reserve(questions.size());
  for (const Question& question : questions) {
    probes.push_back(std::make_unique<Probe>(world, question, [&left, &loop = world.loop] {
      if (--left == 0) loop.stop();
    }));
  }
  while (left > 0) world.loop.run();
  answers.reserve(probes.size());
  for (const auto& probe : probes) answers.push_back(probe->answer());
  return answers;
}

}  // namespace postern::doctor
