// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/probe.hpp"

#include <memory>

#include "proxy/pop3/capabilities.hpp"

namespace postern::doctor {

using upstream::Dialer;

void Probe::on_greeted(const Dialer& dialer, std::string_view greeting,
                       const transport::Transport& connection) {
  answer_.greeted_after = dialer.taken();
  answer_.greeting = greeting;
  answer_.leaf = connection.peer_leaf();
  answer_.suite = connection.tls_suite();
  if (question().introduction.empty()) return ask(Stage::kCapabilities, "CAPA\r\n");
  ask(Stage::kIntroduction, question().introduction);
}

void Probe::on_unreached(const upstream::DialFailure& failure) { answer_.failure = failure; }

void Probe::ask(Stage stage, std::string_view command) {
  stage_ = stage;
  say(command);
}

void Probe::on_line(std::string_view line) {
  switch (stage_) {
    case Stage::kIntroduction:
      answer_.introduced = line;
      return ask(Stage::kCapabilities, "CAPA\r\n");
    case Stage::kCapabilities:
      if (!line.starts_with("+OK")) return ask(Stage::kFarewell, "QUIT\r\n");
      answer_.capabilities.emplace();
      stage_ = Stage::kList;
      return;
    case Stage::kList:
      if (line == "." || answer_.capabilities->size() >= pop3::kMostCapabilities) {
        return ask(Stage::kFarewell, "QUIT\r\n");
      }
      answer_.capabilities->emplace_back(line);
      return;
    case Stage::kFarewell:
      answer_.took_leave = true;
      return leave();
  }
}

void Probe::on_cut(Cut) { leave(); }

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
