// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/procedures.hpp"

#include <utility>

namespace postern::cluster {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLoading{2'000};
// An engine that does not let us use it may be told to meanwhile.
constexpr milliseconds kAgain{5'000};
constexpr std::size_t kMostTold = 160;

}  // namespace

Procedures::Procedures(const EngineClient::World& world, Owner& owner, std::string channel)
    : owner_(owner),
      again_(world.loop, [this] { load(); }),
      engine_(world, static_cast<EngineClient::Owner&>(*this), std::move(channel)) {}

void Procedures::use(std::shared_ptr<const EngineSettings> settings) {
  again_.stop();
  state_ = State::kAway;
  told_up_ = told_down_ = false;
  engine_.use(std::move(settings));
}

Procedures::Ticket Procedures::call(Script script, const Words& keys, const Words& arguments,
                                    milliseconds within, Done done) {
  // Without them it would be asked in vain.
  const Words words = is_up() ? scripts_.call(way_, script, keys, arguments) : Words();
  if (words.empty()) return engine_.refuse(std::move(done));
  return engine_.ask(words, within, checked(std::move(done)));
}

Procedures::Ticket Procedures::ask(const Words& words, milliseconds within, Done done) {
  if (!is_up()) return engine_.refuse(std::move(done));
  return engine_.ask(words, within, checked(std::move(done)));
}

// Whoever asked has no use for an error.
Procedures::Done Procedures::checked(Done done) {
  return [this, told = std::move(done)](const Reply* reply) mutable {
    const bool bad = reply != nullptr && reply->is_error();
    if (bad && Scripts::is_missing(*reply) && is_up()) load();
    if (told) told(bad ? nullptr : reply);
  };
}

void Procedures::on_up(EngineClient&) { load(); }

void Procedures::load() {
  state_ = State::kLoading;
  way_ = ScriptWay::kFunctions;
  engine_.ask(scripts_.library(), kLoading, [this](const Reply* reply) {
    if (reply == nullptr) return fail("it does not take our functions in time");
    Scripts::is_loaded(*reply) ? on_loaded() : load_texts();
  });
}

// An older one, or one that lets us do no more.
void Procedures::load_texts() {
  way_ = ScriptWay::kDigests;
  missing_ = kScriptCount;
  for (std::size_t i = 0; i < kScriptCount; ++i) {
    const auto script = static_cast<Script>(i);
    engine_.ask(scripts_.text(script), kLoading, [this, script](const Reply* reply) {
      if (reply == nullptr) return fail("it does not take our scripts in time");
      if (!scripts_.take_digest(script, *reply)) {
        return fail("it takes neither functions nor scripts: " + reply->text.substr(0, kMostTold));
      }
      if (--missing_ == 0) on_loaded();
    });
  }
}

void Procedures::on_loaded() {
  if (state_ != State::kLoading) return;
  state_ = State::kUp;
  told_down_ = false;
  if (!std::exchange(told_up_, true)) owner_.on_up(*this);
}

void Procedures::fail(const std::string& why) {
  if (state_ != State::kLoading) return;
  state_ = State::kAway;
  if (!engine_.is_up()) return;  // which is told by itself
  again_.start(kAgain);
  const std::string whole = engine_.peer() + ": " + why;
  told_up_ = false;
  if (!std::exchange(told_down_, true)) owner_.on_down(*this, whole);
}

void Procedures::on_down(EngineClient&, const std::string& why) {
  state_ = State::kAway;
  again_.stop();
  told_up_ = false;
  if (!std::exchange(told_down_, true)) owner_.on_down(*this, why);
}

void Procedures::on_news(EngineClient&, std::string_view payload) {
  if (is_up()) owner_.on_news(*this, payload);
}

}  // namespace postern::cluster
