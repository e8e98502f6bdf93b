// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/shared_logins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "policy/guess_areas.hpp"
#include "proxy/cluster/layout.hpp"
#include "proxy/cluster/shared_ban.hpp"
#include "proxy/server/shared_words.hpp"

namespace postern::server {
namespace {

using cluster::Kind;
using cluster::Reply;
using cluster::Script;
using cluster::Words;
using policy::Gate;
using policy::GateRuling;
using std::chrono::milliseconds;

// Who logs in does not wait longer for what others know.
constexpr milliseconds kPatience{50};
// Nobody waits for what is only told.
constexpr milliseconds kTelling{5'000};

// Of a password that came in clear it is known for so long: seconds.
constexpr const char* kExposedFor = "15552000";

// The gates of scripts/logins.lua.
constexpr std::int64_t kOpen = 0;
constexpr std::int64_t kFull = 1;
constexpr std::int64_t kLocked = 2;
constexpr std::int64_t kCrowded = 3;
constexpr std::int64_t kRemembered = 4;

/// Takes this machine's ruling, which comes at once.
class Taken final : public session::Logins::Asker {
 public:
  void on_ruling(const GateRuling& ruling) override { ruling_ = ruling; }
  const GateRuling& ruling() const noexcept { return ruling_; }

 private:
  GateRuling ruling_;
};

bool has_numbers(const Reply& reply, std::size_t count) noexcept {
  return reply.is_list() && reply.list.size() == count &&
         std::ranges::all_of(reply.list,
                             [](const Reply& one) { return one.kind == Reply::Kind::kInteger; });
}

}  // namespace

SharedLogins::SharedLogins(const World& world)
    : world_(world), procedures_(world.engine, static_cast<cluster::Procedures::Owner&>(*this)) {}

void SharedLogins::use(std::shared_ptr<const cluster::ClusterPlan> plan,
                       const conf::Limits& limits) {
  limits_ = limits;
  if (plan == plan_) return;
  procedures_.use(plan ? plan->engine : nullptr);
  plan_ = std::move(plan);
}

SharedLogins::Trace SharedLogins::trace_of(const Subject& subject) const {
  Trace trace = world_.book.trace_of(subject);
  if (plan_) trace.shared = shared_of(subject, trace.user, limits_.auth_failures, *plan_->keys);
  return trace;
}

// What this machine refuses is refused.
void SharedLogins::ask(const Trace& login, policy::TimePoint now, Asker& asker) {
  Taken taken;
  world_.book.ask(login, now, taken);
  const GateRuling& ruling = taken.ruling();
  if (ruling.refuses() || login.shared.pair == 0 || !plan_) return asker.on_ruling(ruling);
  Waiting waiting{.ruling = ruling, .login = login, .now = now, .ticket = 0};
  if (!procedures_.is_up()) return asker.on_ruling(alone(waiting));
  std::uint8_t shared = 0;
  if (ruling.known) shared |= kKnownThere;
  if (ruling.proven) shared |= kProvenSecret;
  waiting.ticket =
      procedures_.call(Script::kTryLogin, keys_of(login.shared),
                       arguments_of(login, shared, world_.membership.id(), limits_), kPatience,
                       [this, &asker](const Reply* reply) { on_answer(asker, reply); });
  waiting_.insert_or_assign(&asker, std::move(waiting));
}

void SharedLogins::withdraw(Asker& asker) noexcept {
  const auto found = waiting_.extract(&asker);
  if (found.empty()) return;
  const Waiting& waiting = found.mapped();
  procedures_.forget(waiting.ticket);
  owe(waiting.login);
  world_.book.after_no_answer(waiting.login, waiting.ruling.charge, waiting.now);
}

void SharedLogins::on_answer(Asker& asker, const Reply* reply) {
  const auto found = waiting_.extract(&asker);
  if (!found.empty()) asker.on_ruling(judged(found.mapped(), reply));
}

GateRuling SharedLogins::judged(const Waiting& waiting, const Reply* reply) {
  world_.counters.count(admin::Metric::kClusterCommands,
                        {name_of(Script::kTryLogin), reply == nullptr ? "failed" : "ok"});
  if (reply == nullptr || !has_numbers(*reply, 4)) {
    owe(waiting.login);  // it may have been counted there, and nobody will take that back
    return alone(waiting);
  }
  if (reply->list[2].integer != 0) world_.book.note_exposed(waiting.login, waiting.now);
  GateRuling ruling = waiting.ruling;
  switch (reply->list[0].integer) {
    case kOpen:
      ruling.charge.shared = static_cast<std::uint8_t>(
          kAskedEngine | (ruling.known ? kKnownThere : 0) | (ruling.proven ? kProvenSecret : 0) |
          (reply->list[1].integer & kChargeBits));
      return ruling;
    case kFull:
      return closed(waiting, Gate::kFull);
    case kLocked:
      return closed(waiting, Gate::kLocked);
    case kCrowded:
      return closed(waiting, Gate::kCrowded);
    case kRemembered:
      ruling = closed(waiting, Gate::kRemembered);
      ruling.said = static_cast<policy::Said>(reply->list[3].integer);
      ruling.delay = limits_.auth_failures.delay;
      return ruling;
    default:
      return ruling;
  }
}

GateRuling SharedLogins::alone(const Waiting& waiting) {
  if (!plan_ || !plan_->is_needed) return waiting.ruling;
  GateRuling ruling = closed(waiting, Gate::kAway);
  ruling.mode = policy::GuardMode::kEnforce;
  return ruling;
}

// What was charged here is taken back, unless it is only reported what would have been.
GateRuling SharedLogins::closed(const Waiting& waiting, Gate gate) {
  GateRuling ruling = waiting.ruling;
  ruling.gate = gate;
  ruling.mode = gate == Gate::kFull || gate == Gate::kAway ? policy::GuardMode::kEnforce
                                                           : limits_.auth_failures.mode;
  if (!ruling.refuses()) return ruling;
  world_.book.after_no_answer(waiting.login, ruling.charge, waiting.now);
  ruling.charge = {};
  return ruling;
}

// Sessions

std::optional<session::UserTicket> SharedLogins::enter(const Trace& login, std::string_view told,
                                                       std::uint32_t most) {
  if (!plan_ || login.shared.pair == 0) return world_.book.enter(login, told, most);
  // Alone, a machine lets in its share.
  if (most != 0 && !procedures_.is_up()) most = std::max(1U, most / world_.membership.nodes());
  const session::UserTicket::Keys keys{login.shared.account, login.shared.name};
  if (!world_.book.users().admit(keys, most)) return std::nullopt;
  world_.membership.leases().add(keys.account);
  if (!procedures_.is_up()) owe(login);
  return session::UserTicket(*this, keys);
}

// From the password to the name, as `right` does it in the engine.
void SharedLogins::log_in(const session::UserTicket::Keys& keys) noexcept {
  world_.book.users().log_in(keys);
  if (keys.name == 0) return;
  world_.membership.leases().drop(keys.account);
  world_.membership.leases().add(keys.name);
}

void SharedLogins::give_back(const session::UserTicket::Keys& keys,
                             session::UserTicket::Standing standing) noexcept {
  world_.book.users().give_back(keys, standing);
  const bool in = standing == session::UserTicket::Standing::kLoggedIn;
  const std::uint64_t held = in && keys.name != 0 ? keys.name : keys.account;
  cluster::Leases& leases = world_.membership.leases();
  leases.drop(held);
  if (!in || held == 0) return;  // the outcome of its login has told the engine
  if (!procedures_.is_up()) return leases.owe(held);
  procedures_.call(Script::kLeave, {key_of(Kind::kSessions, held)}, {world_.membership.id()},
                   kTelling, [&leases, held](const Reply* reply) {
                     if (reply == nullptr) leases.owe(held);
                   });
}

// Outcomes

policy::FailureRuling SharedLogins::after_failure(const Trace& login, const policy::Charge& charge,
                                                  policy::Said said, policy::TimePoint now) {
  const auto ruling = world_.book.after_failure(login, charge, said, now);
  if (ruling.ban && plan_) share(*ruling.ban);
  tell(Script::kWrong, login, charge, {std::to_string(said)}, [this, login](const Reply* reply) {
    if (reply != nullptr) on_wrong(login, *reply);
  });
  return ruling;
}

void SharedLogins::after_success(const Trace& login, const policy::Charge& charge,
                                 policy::TimePoint now) {
  world_.book.after_success(login, charge, now);
  tell(Script::kRight, login, charge, {}, nullptr);
}

void SharedLogins::after_no_answer(const Trace& login, const policy::Charge& charge,
                                   policy::TimePoint now) {
  world_.book.after_no_answer(login, charge, now);
  tell(Script::kUndo, login, charge, {}, nullptr);
}

void SharedLogins::tell(Script script, const Trace& login, const policy::Charge& charge, Words more,
                        cluster::Procedures::Done done) {
  if (!plan_ || login.shared.pair == 0) return;
  if ((charge.shared & kAskedEngine) == 0) return owe(login);
  Words arguments = arguments_of(login, charge.shared, world_.membership.id(), limits_);
  arguments.push_back(std::to_string(charge.shared & kChargeBits));
  arguments.insert(arguments.end(), more.begin(), more.end());
  procedures_.call(script, keys_of(login.shared), arguments, kTelling,
                   [this, script, login, done = std::move(done)](const Reply* reply) mutable {
                     world_.counters.count(admin::Metric::kClusterCommands,
                                           {name_of(script), reply == nullptr ? "failed" : "ok"});
                     if (reply == nullptr) owe(login);
                     if (done) done(reply);
                   });
}

// Guesses on all machines together were too many.
void SharedLogins::on_wrong(const Trace& login, const Reply& reply) {
  if (!plan_ || !has_numbers(reply, 4) || reply.list[3].integer == 0) return;
  const policy::GuessLimits& guesses = limits_.auth_failures;
  const auto areas = policy::areas_around(login.address, guesses.ipv4_prefix, guesses.ipv6_prefix);
  const auto area = static_cast<std::size_t>(reply.list[2].integer);
  if (area == 0 || area > areas.count) return;
  const auto now = std::chrono::steady_clock::now();
  const auto guessing =
      login.has_password ? policy::BanReason::kGuessing : policy::BanReason::kOpaque;
  const policy::Ban ban{
      .network = areas.networks.at(area - 1),
      .reason = reply.list[3].integer == 2 ? policy::BanReason::kSpraying : guessing,
      .mode = guesses.mode,
      .until = now + guesses.ban};
  if (!world_.guard.restore({.ban = ban, .comment = {}}, now)) return;  // it knew by itself
  world_.counters.count(admin::Metric::kBansTotal, {policy::name_of(ban.reason)});
  admin::LogEntry entry = world_.log.entry(conf::LogLevel::kWarn, "ban");
  entry.add("rip", login.address.text()).add_user(login.has_password ? login.user : "");
  entry.add("rule", "limits.auth_failures").add("mode", policy::name_of(ban.mode));
  entry.add("reason", policy::name_of(ban.reason));
  world_.log.write(
      conf::LogLevel::kWarn,
      entry.finish(fmt::format("{} is banned for {} s: too many guesses on all "
                               "machines together",
                               ban.network.text(),
                               std::chrono::ceil<std::chrono::seconds>(guesses.ban).count())));
  share(ban);
}

void SharedLogins::share(const policy::Ban& ban) {
  const auto now = std::chrono::steady_clock::now();
  const cluster::SharedBan shared{
      .ban = ban, .comment = {}, .maker = world_.membership.id(), .node = plan_->node};
  procedures_.call(Script::kBan, {cluster::kBans, cluster::kBanEnds},
                   cluster::arguments_of(shared, *plan_->keys, now, cluster::kMostBans), kTelling,
                   [&membership = world_.membership, network = ban.network](const Reply* reply) {
                     if (reply == nullptr) membership.owe(network);
                   });
}

void SharedLogins::remember_exposed(const policy::Network& place, const pop3::Login& login,
                                    policy::TimePoint now) {
  world_.book.remember_exposed(place, login, now);
  if (!plan_) return;
  const std::uint64_t number = account_number(login, *plan_->keys);
  procedures_.ask({"SET", key_of(Kind::kExposed, number), "1", "EX", kExposedFor}, kTelling);
}

// What the engine knows of this user's sessions is told it again, whatever became of the question.
void SharedLogins::owe(const Trace& login) noexcept {
  world_.membership.leases().owe(login.shared.account);
  world_.membership.leases().owe(login.shared.name);
}

}  // namespace postern::server
