// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/engine_client.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "policy/back_off.hpp"
#include "proxy/net/error_text.hpp"

namespace postern::cluster {
namespace {

using std::chrono::milliseconds;

// A fail-over takes some seconds, and its end should not be noticed late.
constexpr milliseconds kFirstRetry{200};
constexpr milliseconds kLongestRetry{5'000};
constexpr unsigned kMostDoublings = 5;

constexpr milliseconds kPulse{1'000};
// Whoever owes an answer for so long will not give it.
constexpr milliseconds kLongestDebt{2'000};
// After so much silence it is asked what it is: it may have lost its place as the master.
constexpr milliseconds kSilence{5'000};

constexpr std::size_t kMostAsked = 8'192;
constexpr std::size_t kMostUnsent = std::size_t{1} << 20;

constexpr const char* kNoMaster = "it is not the master any more";
constexpr const char* kUnasked = "it answers what was not asked";

bool is_of_replica(const Reply& reply) noexcept {
  return reply.is_error() && reply.text.starts_with("READONLY");
}

}  // namespace

EngineClient::EngineClient(const World& world, Owner& owner, std::string channel)
    : world_(world),
      owner_(owner),
      channel_(std::move(channel)),
      random_(std::random_device()()),
      retry_(world.loop, [this] { search(); }),
      pulse_(world.loop, [this] { on_pulse(); }),
      deadline_(world.loop, [this] { on_deadline(); }),
      turn_end_(world.loop, [this] { on_turn_end(); }) {}

EngineClient::~EngineClient() = default;

void EngineClient::use(std::shared_ptr<const EngineSettings> settings) {
  if (settings == settings_) return;
  let_go();
  retry_.stop();
  search_.reset();
  settings_ = std::move(settings);
  state_ = State::kNone;
  told_down_ = false;
  failures_ = 0;
  if (!settings_) return;
  search_ =
      std::make_unique<EngineSearch>(world_.resolver, settings_->addresses, [this] { search(); });
  search();
}

std::string EngineClient::peer() const { return is_up() ? link_->address() : std::string(); }

EngineClient::Ticket EngineClient::ask(const Words& words, milliseconds within, Done done) {
  if (!is_up() || asked_.size() >= kMostAsked || link_->unsent() > kMostUnsent) {
    return refuse(std::move(done));
  }
  link_->say(words);
  const milliseconds now = world_.loop.now();
  const milliseconds due = now + within;
  if (watched_.count() == 0 || due < watched_) watch(due);
  asked_.push_back({.ticket = ++last_ticket_, .sent = now, .due = due, .done = std::move(done)});
  return last_ticket_;
}

EngineClient::Ticket EngineClient::refuse(Done done) {
  turned_away_.push_back(
      {.ticket = ++last_ticket_, .sent = {}, .due = {}, .done = std::move(done)});
  turn_end_.ask();
  return last_ticket_;
}

// Its answer will come, and has to be taken from the others'.
void EngineClient::forget(Ticket ticket) noexcept {
  for (std::deque<Asked>* const line : {&asked_, &turned_away_}) {
    const auto found = std::ranges::lower_bound(*line, ticket, {}, &Asked::ticket);
    if (found != line->end() && found->ticket == ticket) found->done = nullptr;
  }
}

// Where the master is

void EngineClient::search() {
  state_ = State::kSearching;
  switch (search_->next(place_)) {
    case EngineSearch::Found::kNow:
      state_ = State::kDialing;
      link_ = dial();
      return;
    case EngineSearch::Found::kLater:
      return;
    case EngineSearch::Found::kNone:
      if (const std::string unknown = search_->take_unknown(); !unknown.empty()) why_ = unknown;
      return wait();
  }
}

std::unique_ptr<EngineLink> EngineClient::dial() {
  EngineLink::Owner& self = *this;
  return std::make_unique<EngineLink>(EngineLink::World{world_.loop, world_.buffers}, self,
                                      *settings_, place_.address, place_.host);
}

void EngineClient::wait() {
  state_ = State::kWaiting;
  const milliseconds whole =
      std::min(kFirstRetry * (1 << std::min(failures_++, kMostDoublings)), kLongestRetry);
  retry_.start(policy::BackOff::jittered(whole, static_cast<std::uint32_t>(random_())));
  if (!std::exchange(told_down_, true)) owner_.on_down(*this, why_);
}

void EngineClient::on_ready(EngineLink& link) {
  if (&link == ear_.get()) return link.say({"SUBSCRIBE", channel_});
  search_->settle();
  if (channel_.empty()) return come_up();
  state_ = State::kListening;
  ear_ = dial();
}

void EngineClient::come_up() {
  state_ = State::kUp;
  failures_ = 0;
  told_down_ = false;
  heard_ = ear_heard_ = world_.loop.now();
  pulse_.start(kPulse);
  owner_.on_up(*this);
}

// Nobody is told of two connections: without one of them the engine is away.
void EngineClient::on_elsewhere(EngineLink& link, const EngineAddress& master) {
  if (&link == ear_.get()) return lose(kNoMaster);
  link_.reset();
  search_->send_to(master);
  search();
}

void EngineClient::on_lost(EngineLink& link, const std::string& why) {
  const std::string whole = link.address() + ": " + why;
  if (state_ != State::kDialing) return lose(whole);
  why_ = whole;
  link_.reset();
  search();
}

// Everybody is told before it is looked for again, and may ask again.
void EngineClient::lose(const std::string& why) {
  why_ = why;
  let_go();
  wait();
}

void EngineClient::let_go() {
  pulse_.stop();
  deadline_.stop();
  watched_ = milliseconds{0};
  link_.reset();
  ear_.reset();
  for (Asked& one : asked_) turned_away_.push_back(std::move(one));
  asked_.clear();
  std::ranges::sort(turned_away_, {}, &Asked::ticket);
  if (!turned_away_.empty()) turn_end_.ask();
}

// What it answers

void EngineClient::on_reply(EngineLink& link, Reply reply) {
  if (&link == ear_.get()) return hear_news(link, reply);
  heard_ = world_.loop.now();
  if (is_of_replica(reply)) link.drop(kNoMaster);
  answer(reply);
}

void EngineClient::answer(const Reply& reply) {
  if (asked_.empty()) return link_->drop(kUnasked);
  Done done = std::move(asked_.front().done);
  asked_.pop_front();
  if (done) done(is_of_replica(reply) ? nullptr : &reply);
}

// ["subscribe", CHANNEL, 1] once, then ["message", CHANNEL, PAYLOAD], and ["pong", ""].
void EngineClient::hear_news(EngineLink& link, const Reply& reply) {
  ear_heard_ = world_.loop.now();
  if (reply.is_error()) return link.drop("it lets nobody listen: " + reply.text.substr(0, 80));
  if (!reply.is_list() || reply.list.size() < 2) return link.drop(kUnasked);
  const std::string& kind = reply.list.front().text;
  if (kind == "subscribe" && state_ == State::kListening) return come_up();
  if (kind == "message" && reply.list.size() == 3 && is_up()) {
    owner_.on_news(*this, reply.list[2].text);
  }
}

// In time

// Of a connection that is quiet nobody knows whether it is one.
void EngineClient::on_pulse() {
  pulse_.start(kPulse);
  const milliseconds now = world_.loop.now();
  const bool owes = !asked_.empty() && now - asked_.front().sent > kLongestDebt;
  const bool deaf = ear_ && now - ear_heard_ > kSilence + kLongestDebt;
  if (owes || deaf) return lose(link_->address() + ": " + net::error_text(net::timed_out()));
  if (ear_ && now - ear_heard_ > kSilence) ear_->say({"PING"});
  if (now - heard_ > kSilence) ask_how_it_is();
}

void EngineClient::ask_how_it_is() {
  ask({"ROLE"}, kLongestDebt, [this](const Reply* reply) {
    const bool is_master =
        reply != nullptr && !reply->list.empty() && reply->list.front().text == "master";
    if (reply != nullptr && !is_master && link_) link_->drop(kNoMaster);
  });
}

void EngineClient::watch(milliseconds due) {
  watched_ = due;
  deadline_.start(std::max(due - world_.loop.now(), milliseconds{0}));
}

// Whoever is told may ask again.
void EngineClient::on_deadline() {
  watched_ = milliseconds{0};
  const milliseconds now = world_.loop.now();
  std::optional<milliseconds> first;
  // NOLINTNEXTLINE(modernize-loop-convert): the line grows meanwhile
  for (std::size_t i = 0; i < asked_.size(); ++i) {
    if (!asked_[i].done) continue;
    if (asked_[i].due > now) {
      first = std::min(first.value_or(asked_[i].due), asked_[i].due);
    } else if (Done done = std::exchange(asked_[i].done, nullptr)) {
      done(nullptr);
    }
  }
  if (first) watch(*first);
}

void EngineClient::on_turn_end() {
  for (std::size_t left = turned_away_.size(); left != 0 && !turned_away_.empty(); --left) {
    Done done = std::move(turned_away_.front().done);
    turned_away_.pop_front();
    if (done) done(nullptr);
  }
  if (!turned_away_.empty()) turn_end_.ask();
}

}  // namespace postern::cluster
