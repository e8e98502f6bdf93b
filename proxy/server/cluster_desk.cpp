// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/cluster_desk.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "proxy/cluster/layout.hpp"

namespace postern::server {
namespace {

using cluster::Script;
using cluster::SharedBan;
using cluster::Words;
using policy::Network;
using std::chrono::milliseconds;

constexpr milliseconds kAnswerTime{2'000};
// A machine that says nothing for so long is dead: its sessions count no more.
constexpr milliseconds kLife{60'000};
constexpr milliseconds kBeat{20'000};
// All bans are fetched with each of so many beats, whatever was heard.
constexpr std::uint32_t kFetch = 15;
constexpr const char* kPage = "500";
constexpr std::size_t kMostLeases = 256;  // in one command

long long seconds_until(policy::TimePoint end, policy::TimePoint now) {
  return std::chrono::ceil<std::chrono::seconds>(end - now).count();
}

}  // namespace

ClusterDesk::ClusterDesk(const World& world)
    : world_(world),
      beat_(world.loop, [this] { beat(); }),
      buffers_(std::make_unique<transport::Buffers>()),
      resolver_(world.loop),
      procedures_({world.loop, *buffers_, resolver_},
                  static_cast<cluster::Procedures::Owner&>(*this), cluster::kChannel) {}

void ClusterDesk::use(std::shared_ptr<const cluster::ClusterPlan> plan,
                      const policy::GuessLimits& limits) {
  limits_ = limits;
  if (plan == plan_) return configure_guard();
  leave();
  epoch_.clear();
  why_.clear();
  shared_.clear();
  membership_.note_nodes(1);
  plan_ = std::move(plan);
  configure_guard();
  world_.counters.clear(admin::Metric::kClusterUp);
  procedures_.use(plan_ ? plan_->engine : nullptr);
}

void ClusterDesk::leave() {
  beat_.stop();
  if (!procedures_.is_up()) return;
  procedures_.call(Script::kLeaveForGood, {cluster::kNodes, cluster::kLives}, {membership_.id()},
                   kAnswerTime);
}

ClusterStanding ClusterDesk::standing() const {
  if (!plan_) return {};
  return {.is_member = true,
          .is_up = procedures_.is_up(),
          .node = plan_->node,
          .engine = procedures_.peer(),
          .why = why_,
          .nodes = membership_.nodes()};
}

// Up and down

void ClusterDesk::on_up(cluster::Procedures&) {
  why_.clear();
  world_.counters.counter(admin::Metric::kClusterUp, {}).set(1);
  admin::LogEntry entry = world_.log.entry(conf::LogLevel::kInfo, "cluster_up");
  world_.log.write(conf::LogLevel::kInfo,
                   entry.finish(fmt::format("what machines share is asked at {}, as node {}",
                                            procedures_.peer(), plan_->node)));
  configure_guard();
  beat();
}

void ClusterDesk::on_down(cluster::Procedures&, const std::string& why) {
  why_ = why;
  was_away_ = true;
  beat_.stop();
  world_.counters.counter(admin::Metric::kClusterUp, {}).set(0);
  admin::LogEntry entry = world_.log.entry(conf::LogLevel::kError, "cluster_down");
  world_.log.write(
      conf::LogLevel::kError,
      entry.finish(fmt::format("what machines share cannot be asked: {}; {}", why,
                               plan_->is_needed ? "nobody logs in until it can (cluster.on_failure)"
                                                : "this machine counts alone, and more strictly")));
  configure_guard();
}

void ClusterDesk::configure_guard() {
  policy::GuessLimits limits = limits_;
  if (plan_ && !why_.empty()) {
    for (std::uint32_t* const limit :
         {&limits.per_ip, &limits.per_user_network, &limits.spray_users}) {
      *limit = (*limit + 1) / 2;
    }
  }
  world_.guard.configure(limits);
}

void ClusterDesk::call(Script script, const Words& keys, const Words& arguments,
                       std::function<void(const Reply&)> done) {
  procedures_.call(script, keys, arguments, kAnswerTime,
                   [this, script, done = std::move(done)](const Reply* reply) {
                     world_.counters.count(admin::Metric::kClusterCommands,
                                           {name_of(script), reply == nullptr ? "failed" : "ok"});
                     if (reply != nullptr && done) done(*reply);
                   });
}

// Whatever comes of one, there is another.
void ClusterDesk::beat() {
  beat_.start(kBeat);
  const std::string& id = membership_.id();
  const std::string sealed =
      plan_->keys->seal(fmt::format("1\n{}\n{}\n{}", plan_->node, POSTERN_VERSION, ::getpid()), id);
  call(Script::kBeat, {cluster::kNodes, cluster::kLives, cluster::kEpoch},
       {id, sealed, std::to_string(kLife.count()),
        cluster::text_of(tls::short_form(tls::KeyedHash()({"epoch"})))},
       [this](const Reply& reply) { on_beat(reply); });
}

// Another epoch means that what stood there is gone. After a time away others may have forgotten
// our sessions.
void ClusterDesk::on_beat(const Reply& reply) {
  if (!reply.is_list() || reply.list.size() != 2) return;
  membership_.note_nodes(static_cast<std::uint32_t>(reply.list[1].integer));
  const bool another = epoch_ != reply.list[0].text;
  const bool was_away = std::exchange(was_away_, false);
  epoch_ = reply.list[0].text;
  if (another || was_away) membership_.leases().owe_all();
  if (another) {
    shared_.clear();
    tell_all_bans();
  }
  tell_owed_bans();
  tell_leases();
  if (another || was_away || ++beats_ % kFetch == 0) fetch_bans("0");
}

void ClusterDesk::tell_leases() {
  const auto owed = membership_.leases().take_owed(kMostLeases);
  if (owed.empty()) return;
  Words users;
  Words arguments{membership_.id()};
  for (const auto& [user, count] : owed) {
    users.push_back(key_of(cluster::Kind::kSessions, user));
    arguments.push_back(std::to_string(count));
  }
  procedures_.call(Script::kDeclare, users, arguments, kAnswerTime,
                   [this, owed](const Reply* reply) {
                     if (reply != nullptr) return tell_leases();
                     for (const auto& [user, count] : owed) membership_.leases().owe(user);
                   });
}

// Bans

void ClusterDesk::share(const Network& network) {
  if (!plan_) return;
  membership_.owe(network);
  if (procedures_.is_up()) tell_owed_bans();
}

void ClusterDesk::tell_all_bans() {
  for (const Guard::Banned& banned : world_.guard.bans(std::chrono::steady_clock::now())) {
    tell_ban(banned);
  }
}

void ClusterDesk::tell_owed_bans() {
  const auto owed = membership_.take_owed();
  if (owed.empty()) return;
  std::map<Network, Guard::Banned> present;
  for (Guard::Banned& banned : world_.guard.bans(std::chrono::steady_clock::now())) {
    present.emplace(banned.ban.network, std::move(banned));
  }
  for (const Network& network : owed) {
    const auto found = present.find(network);
    if (found != present.end()) {
      tell_ban(found->second);
      continue;
    }
    shared_.erase(network);
    procedures_.call(Script::kUnban, {cluster::kBans, cluster::kBanEnds},
                     {cluster::name_of(network, *plan_->keys), cluster::kChannel}, kAnswerTime,
                     [this, network](const Reply* reply) {
                       if (reply == nullptr) membership_.owe(network);
                     });
  }
}

void ClusterDesk::tell_ban(const Guard::Banned& banned) {
  const Network network = banned.ban.network;
  const SharedBan shared{
      .ban = banned.ban, .comment = banned.comment, .maker = membership_.id(), .node = plan_->node};
  procedures_.call(Script::kBan, {cluster::kBans, cluster::kBanEnds},
                   cluster::arguments_of(shared, *plan_->keys, std::chrono::steady_clock::now(),
                                         cluster::kMostBans),
                   kAnswerTime, [this, network](const Reply* reply) {
                     if (reply == nullptr) return membership_.owe(network);
                     shared_.insert(network);
                     fetched_.insert(network);
                   });
}

void ClusterDesk::fetch_bans(const std::string& cursor) {
  if (cursor == "0") fetched_.clear();
  call(Script::kListBans, {cluster::kBans, cluster::kBanEnds}, {cursor, kPage},
       [this](const Reply& reply) { on_bans(reply); });
}

// {next cursor, then for each: network, kind, milliseconds left, sealed}
void ClusterDesk::on_bans(const Reply& reply) {
  if (!reply.is_list() || reply.list.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  for (std::size_t i = 1; i + 3 < reply.list.size(); i += 4) {
    const std::string& left = reply.list[i + 2].text;
    long long span = 0;
    std::from_chars(left.data(), left.data() + left.size(), span);
    const auto shared = cluster::ban_from(reply.list[i].text, reply.list[i + 3].text,
                                          milliseconds(span), *plan_->keys, now);
    if (!shared) continue;
    take(*shared);
  }
  const std::string& next = reply.list.front().text;
  next == "0" ? drop_those_gone() : fetch_bans(next);
}

// Somebody let them go while nothing was heard here; those that are over are no news.
void ClusterDesk::drop_those_gone() {
  std::set<Network> gone = std::exchange(shared_, fetched_);
  for (const Guard::Banned& banned : world_.guard.bans(std::chrono::steady_clock::now())) {
    const Network& network = banned.ban.network;
    if (gone.contains(network) && !fetched_.contains(network)) let_go(network);
  }
}

void ClusterDesk::on_news(cluster::Procedures&, std::string_view payload) {
  const auto news = ban_news_from(payload, *plan_->keys, std::chrono::steady_clock::now());
  if (!news) return;
  if (news->ban) return take(*news->ban);
  let_go(news->name);
}

void ClusterDesk::take(const SharedBan& shared) {
  const policy::Ban& ban = shared.ban;
  shared_.insert(ban.network);
  fetched_.insert(ban.network);
  const auto now = std::chrono::steady_clock::now();
  if (!world_.guard.restore({.ban = ban, .comment = shared.comment}, now)) return;
  if (shared.maker == membership_.id()) return;
  const std::string span = ban.until == policy::TimePoint::max()
                               ? "until it is unbanned"
                               : fmt::format("for {} s", seconds_until(ban.until, now));
  log_ban("ban", ban.network, policy::name_of(ban.reason), ban.mode,
          fmt::format("{} is banned {}, as node {} says", ban.network.text(), span, shared.node));
}

// The engine knows it by a name that only whoever has the ban can make.
void ClusterDesk::let_go(const std::string& name) {
  const auto found = std::ranges::find_if(shared_, [&](const Network& network) {
    return cluster::name_of(network, *plan_->keys) == name;
  });
  if (found == shared_.end()) return;
  const Network network = *found;
  shared_.erase(found);
  fetched_.erase(network);
  let_go(network);
}

void ClusterDesk::let_go(const Network& network) {
  if (!world_.guard.unban(network)) return;
  log_ban("unban", network, "manual", policy::GuardMode::kEnforce,
          fmt::format("{} is banned no more: another machine has let it go", network.text()));
}

void ClusterDesk::log_ban(std::string_view event, const Network& network, std::string_view reason,
                          policy::GuardMode mode, std::string_view message) {
  admin::LogEntry entry = world_.log.entry(conf::LogLevel::kWarn, event);
  entry.add("network", network.text()).add("mode", policy::name_of(mode)).add("reason", reason);
  world_.log.write(conf::LogLevel::kWarn, entry.finish(message));
}

}  // namespace postern::server
