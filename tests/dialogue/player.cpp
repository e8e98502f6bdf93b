// SPDX-License-Identifier: Apache-2.0
#include "tests/dialogue/player.hpp"

#include <array>
#include <map>
#include <random>
#include <span>
#include <stdexcept>
#include <utility>

#include "proxy/pop3/dialogue.hpp"
#include "tests/dialogue/channels.hpp"
#include "tests/dialogue/link_queue.hpp"
#include "tests/dialogue/recording_shell.hpp"

namespace postern::session_test {
namespace {

using pop3::Admission;
using pop3::ClientEnd;
using pop3::Deadline;
using pop3::UpstreamLoss;

std::string_view name_of(Cut cut) noexcept {
  switch (cut) {
    case Cut::kWhole:
      return "whole";
    case Cut::kBytes:
      return "byte by byte";
    case Cut::kRandom:
      return "random splits";
  }
  std::unreachable();
}

std::string_view name_of(Admitting admitting) noexcept {
  return admitting == Admitting::kLate ? ", admitted late" : "";
}

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

// With a memory of its own: what one play learns is unknown to the next.
pop3::BackendTerms backend_terms_of(const Transcript& transcript) {
  pop3::BackendTerms terms = transcript.backend;
  if (!terms.learned) return terms;
  terms.learned = std::make_shared<pop3::LearnedCapabilities>();
  if (const auto known = transcript.backend.learned->get()) terms.learned->learn(*known);
  return terms;
}

// Before the login all that is known is what this backend can do.
pop3::ClientTerms terms_of(const Transcript& transcript, const pop3::BackendTerms& backend) {
  pop3::ClientTerms terms = transcript.terms;
  if (backend.learned) terms.learned = {backend.learned};
  return terms;
}

class Player {
 public:
  Player(const Transcript& transcript, Mode mode)
      : transcript_(transcript),
        mode_(mode),
        random_(mode.seed),
        backend_terms_(backend_terms_of(transcript)),
        terms_(terms_of(transcript, backend_terms_)),
        dialogue_(terms_, transcript.by_user ? nullptr : &backend_terms_, shell_, spare_,
                  transcript.client) {}

  void run();

 private:
  void log_in();
  void run_inputs(std::span<const Step> inputs);
  void run_event(std::string_view event);
  void check(std::span<const Step> expectations);
  void check_state(const Step& step);
  std::string state_of(std::string_view key) const;
  void pump();
  bool pump_once();
  bool admit();

  const Transcript& transcript_;
  const Mode mode_;
  std::mt19937_64 random_;
  RecordingShell shell_;
  pop3::Spare spare_;
  const pop3::BackendTerms backend_terms_;
  const pop3::ClientTerms terms_;
  pop3::Dialogue dialogue_;
  LinkQueue from_client_;
  LinkQueue from_backend_;
  bool withholding_ = false;  // until "+ admitted"
};

void Player::run() {
  shell_.down_for.insert(transcript_.down_for.begin(), transcript_.down_for.end());
  shell_.certified = transcript_.certified;
  dialogue_.open(transcript_.client.link, transcript_.client.cert);
  if (transcript_.logged_in) log_in();
  std::span<const Step> steps = transcript_.steps;
  while (!steps.empty()) {
    std::size_t inputs = 0;
    while (inputs < steps.size() && is_input(steps[inputs].kind)) ++inputs;
    std::size_t end = inputs;
    while (end < steps.size() && !is_input(steps[end].kind)) ++end;
    run_inputs(steps.first(inputs));
    check(steps.subspan(inputs, end - inputs));
    steps = steps.subspan(end);
  }
  const bool left = !from_client_.empty() || !from_backend_.empty();
  if (left && !shell_.closed) throw std::runtime_error("some input was never taken");
  if (shell_.called_after_close) throw std::runtime_error("the shell was called after close()");
}

void Player::log_in() {
  dialogue_.on_client("USER alice\r\nPASS secret\r\n");
  admit();
  dialogue_.on_upstream_connected();
  for (int reply = 0; reply < 3; ++reply) dialogue_.on_backend("+OK\r\n");
  if (!dialogue_.relaying()) throw std::runtime_error("these terms do not let anybody log in");
  shell_.forget();
}

// Neighbours of one kind are one stream of bytes.
void Player::run_inputs(std::span<const Step> inputs) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const StepKind kind = inputs[i].kind;
    std::string bytes = inputs[i].text;
    if (kind == StepKind::kEvent) {
      run_event(bytes);
    } else if (kind == StepKind::kClientPinned || kind == StepKind::kBackendPinned) {
      (kind == StepKind::kClientPinned ? from_client_ : from_backend_).add_pinned(std::move(bytes));
    } else {
      while (i + 1 < inputs.size() && inputs[i + 1].kind == kind) bytes += inputs[++i].text;
      (kind == StepKind::kClient ? from_client_ : from_backend_).add(bytes, mode_.cut, random_);
    }
    pump();
  }
}

// Returns whether a login waited for it.
bool Player::admit() {
  if (withholding_ || !std::exchange(shell_.admitting, false)) return false;
  pop3::LoginAdmitted answer = shell_.admission;
  answer.backend = &backend_terms_;
  answer.name = transcript_.told;
  dialogue_.on_admitted(answer);
  return true;
}

void Player::pump() {
  bool moved = true;
  while (moved) {
    moved = mode_.admitting == Admitting::kAtOnce && admit();
    moved |= pump_once();
    if (!moved) moved = admit();
  }
}

// Reads as a session does: only where the dialogue wants bytes.
bool Player::pump_once() {
  const auto deliver = [](LinkQueue::Entry entry, auto on_bytes) {
    if (const auto* bytes = std::get_if<std::string>(&entry)) {
      on_bytes(*bytes);
    } else {
      std::get<LinkQueue::End>(entry)();
    }
  };
  bool moved = false;
  if (shell_.penalised && !transcript_.penalties) {
    shell_.penalised = false;
    dialogue_.on_expired(Deadline::kPenalty);
    moved = true;
  }
  if (!from_client_.empty() && dialogue_.wants_client()) {
    deliver(from_client_.take(), [&](const std::string& bytes) { dialogue_.on_client(bytes); });
    moved = true;
  }
  if (!from_backend_.empty() && dialogue_.wants_backend()) {
    deliver(from_backend_.take(), [&](const std::string& bytes) { dialogue_.on_backend(bytes); });
    moved = true;
  }
  return moved;
}

void Player::run_event(std::string_view event) {
  const auto client_ends = [this](ClientEnd end) {
    return [this, end] { from_client_.add_end([this, end] { dialogue_.on_client_end(end); }); };
  };
  const auto backend_ends = [this](UpstreamLoss loss) {
    return
        [this, loss] { from_backend_.add_end([this, loss] { dialogue_.on_upstream_lost(loss); }); };
  };
  const auto expire = [this](Deadline deadline) {
    return [this, deadline] { dialogue_.on_expired(deadline); };
  };
  const auto admit = [this](pop3::LoginAdmitted admission) {
    return [this, admission] { shell_.admission = admission; };
  };
  const std::map<std::string_view, std::function<void()>> events = {
      {"tls", [this] { dialogue_.open(policy::Link::kTls13); }},
      {"connected", [this] { dialogue_.on_upstream_connected(); }},
      {"client-fin", client_ends(ClientEnd::kFinished)},
      {"client-reset", client_ends(ClientEnd::kReset)},
      {"backend-lost unreachable", backend_ends(UpstreamLoss::kUnreachable)},
      {"backend-lost closed", backend_ends(UpstreamLoss::kClosed)},
      {"backend-lost protocol", backend_ends(UpstreamLoss::kProtocol)},
      {"expired login", expire(Deadline::kLogin)},
      {"expired connect", expire(Deadline::kConnect)},
      {"expired backend-login", expire(Deadline::kBackendLogin)},
      {"expired penalty", expire(Deadline::kPenalty)},
      {"admission free", admit({Admission::kFree})},
      {"admission seen-in-clear", admit({Admission::kSeenInClear})},
      {"admission turned-away", admit({Admission::kTurnedAway})},
      {"admission no-route", admit({Admission::kNoRoute})},
      {"admission crowded", admit({Admission::kCrowded})},
      {"admission remembered", admit({Admission::kRemembered})},
      {"admission remembered AUTH", admit({Admission::kRemembered, "AUTH"})},
      {"admission withheld", [this] { withholding_ = true; }},
      {"admitted", [this] { withholding_ = false; }},
      {"backend-overdue", [this] { dialogue_.on_backend_overdue(); }},
      {"drain", [this] { dialogue_.drain(); }},
      {"block downstream", [this] { shell_.downstream_sink = pop3::Sink::kFull; }},
      {"block upstream", [this] { shell_.upstream_sink = pop3::Sink::kFull; }},
      {"unblock downstream",
       [this] {
         shell_.downstream_sink = pop3::Sink::kOpen;
         dialogue_.unblock_downstream();
       }},
      {"unblock upstream",
       [this] {
         shell_.upstream_sink = pop3::Sink::kOpen;
         dialogue_.unblock_upstream();
       }},
  };
  const auto found = events.find(event);
  if (found == events.end()) throw std::runtime_error("unknown event " + std::string(event));
  found->second();
}

void Player::check(std::span<const Step> expectations) {
  check_bytes(expectations, StepKind::kDownstream, shell_.downstream);
  check_bytes(expectations, StepKind::kUpstream, shell_.upstream);
  check_notes(expectations, Channel::kNotes, shell_.notes);
  if (transcript_.deadlines) check_notes(expectations, Channel::kDeadlines, shell_.deadlines);
  for (const Step& step : expectations) {
    if (step.kind == StepKind::kState) check_state(step);
  }
  shell_.forget();
}

void Player::check_state(const Step& step) {
  const std::size_t space = step.text.find(' ');
  const std::string key = step.text.substr(0, space);
  const std::string expected = space == std::string::npos ? "" : step.text.substr(space + 1);
  const std::string actual = state_of(key);
  if (actual != expected) fail(step, key + " is", actual);
}

std::string Player::state_of(std::string_view key) const {
  if (key == "user") return dialogue_.user();
  if (key == "mechanism") {
    return dialogue_.mechanism() ? std::string(policy::name_of(*dialogue_.mechanism())) : "none";
  }
  if (key == "admitted") return shell_.admitted;
  if (key == "judgement") return shell_.judgement;
  if (key == "attempts") return std::to_string(dialogue_.attempts());
  if (key == "bad-commands") return std::to_string(dialogue_.bad_commands());
  if (key == "exposed") return yes_or_no(dialogue_.secret_exposed());
  if (key == "stranger") return std::string(name_of(dialogue_.stranger()));
  if (key == "last") {
    return dialogue_.record().last_verb ? std::string(name_of(*dialogue_.record().last_verb))
                                        : "none";
  }
  if (key == "phase") return std::string(dialogue_.phase());
  if (key == "awaits-backend") return yes_or_no(dialogue_.backend_owes() != pop3::Owed::kNothing);
  if (key == "backend-owes") {
    constexpr std::array<std::string_view, 3> kNames = {"nothing", "reply", "body"};
    return std::string(kNames[static_cast<std::size_t>(dialogue_.backend_owes())]);
  }
  if (key == "wants-client") return yes_or_no(dialogue_.wants_client());
  if (key == "wants-backend") return yes_or_no(dialogue_.wants_backend());
  if (key == "commands") return std::to_string(dialogue_.counts().commands);
  if (key == "retrieved") return std::to_string(dialogue_.counts().retrieved);
  if (key == "repaired") return std::to_string(dialogue_.counts().repaired);
  if (key == "deleted") return std::to_string(dialogue_.counts().deleted);
  throw std::runtime_error("unknown state " + std::string(key));
}

}  // namespace

std::optional<std::string> play(const Transcript& transcript, Mode mode) {
  try {
    Player(transcript, mode).run();
  } catch (const std::exception& error) {
    std::string message = transcript.name + " (";
    message.append(name_of(mode.cut));
    if (mode.cut == Cut::kRandom) message += ", seed " + std::to_string(mode.seed);
    message.append(name_of(mode.admitting));
    return message + "): " + error.what();
  }
  return std::nullopt;
}

}  // namespace postern::session_test
