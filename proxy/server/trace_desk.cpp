// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/trace_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <expected>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "policy/network.hpp"
#include "proxy/admin/control_frame.hpp"
#include "proxy/admin/trace_channel.hpp"

namespace postern::server {
namespace {

using conf::LogLevel;
using nlohmann::json;
using session::TraceScope;

constexpr std::size_t kLongestUser = 512;

// Whom it is about; what is wrong with that otherwise.
std::expected<TraceScope, std::string> scope_in(ControlRequest& request) {
  TraceScope scope{.user = request.text("user")};
  const std::string ip = request.text("ip");
  if (!ip.empty()) {
    scope.network = policy::Network::parse(ip);
    if (!scope.network) return std::unexpected("\"" + ip + "\" is no address and no network");
  }
  if (ip.empty() && scope.user.empty())
    return std::unexpected("whom? A trace needs `ip` or `user`");
  if (scope.user.size() > kLongestUser) return std::unexpected("`user` is too long for a name");
  return scope;
}

}  // namespace

struct TraceDesk::One {
  Asker asker;
  session::Trace trace;
  std::chrono::seconds length;
  bool stalled = false;  // what was told has not been taken
  bool over = false;
  net::Wakeup ready;
  net::Timer time;

  One(net::Loop& loop, const Asker& who, std::chrono::seconds lasts, net::Callback on_ready,
      net::Callback on_time)
      : asker(who),
        length(lasts),
        ready(loop, std::move(on_ready)),
        time(loop, std::move(on_time)) {
    trace.channel = std::make_shared<admin::TraceChannel>(ready);
    time.start(lasts);
  }
};

TraceDesk::TraceDesk(net::Loop& loop, admin::Log& log, ControlReplies& replies, Inquiries& workers)
    : loop_(loop), log_(log), replies_(replies), workers_(workers), turn_end_(loop, [this] {
        std::erase_if(all_, [](const auto& one) { return one->over; });
      }) {}

TraceDesk::~TraceDesk() {
  for (const auto& one : all_) end(*one, End::kStopped);
}

void TraceDesk::begin(const Asker& asker, ControlRequest& request) {
  auto scope = scope_in(request);
  const std::chrono::seconds length(request.number("seconds").value_or(0));
  if (!replies_.understood(asker, request)) return;
  if (!scope) return replies_.fail(asker, scope.error());
  if (length < std::chrono::seconds(1) || length > kLongest) {
    return replies_.fail(asker, fmt::format("`seconds` must be from 1 to {}", kLongest.count()));
  }
  const auto active = std::ranges::count_if(all_, [](const auto& one) { return !one->over; });
  if (static_cast<std::size_t>(active) >= kMost) {
    return replies_.fail(asker, fmt::format("{} traces are under way already", kMost));
  }
  arm(asker, *std::move(scope), length);
}

// Whoever watches is told that it begins before anything that it sees.
void TraceDesk::arm(const Asker& asker, TraceScope scope, std::chrono::seconds length) {
  all_.push_back(std::make_unique<One>(
      loop_, asker, length,
      [this, peer = asker.peer] {
        if (One* const one = of(peer)) pass_on(*one);
      },
      [this, peer = asker.peer] {
        if (One* const one = of(peer)) end(*one, End::kTime);
      }));
  One& one = *all_.back();
  one.trace.scope = std::move(scope);
  note(one, fmt::format("a trace begins, for {} s", length.count()));
  const json begun = {{"ok", true}, {"begin", true}, {"seconds", length.count()}};
  one.stalled = !replies_.door().tell(asker.peer, admin::framed(text_of(begun)));
  if (one.over) return;
  workers_.change_traces([trace = one.trace](session::TraceBook& book) { book.begin(trace); });
}

TraceDesk::One* TraceDesk::of(std::uint64_t peer) noexcept {
  const auto found = std::ranges::find_if(
      all_, [peer](const auto& one) { return !one->over && one->asker.peer == peer; });
  return found == all_.end() ? nullptr : found->get();
}

void TraceDesk::on_listening(std::uint64_t peer) {
  One* const one = of(peer);
  if (one == nullptr) return;
  one->stalled = false;
  pass_on(*one);
}

void TraceDesk::on_left(std::uint64_t peer) {
  if (One* const one = of(peer)) end(*one, End::kLeft);
}

void TraceDesk::pass_on(One& one) {
  if (one.stalled) return;
  const std::string frames = one.trace.channel->take();
  if (!frames.empty()) one.stalled = !replies_.door().tell(one.asker.peer, frames);
}

void TraceDesk::end(One& one, End why) {
  if (std::exchange(one.over, true)) return;
  workers_.change_traces(
      [channel = one.trace.channel](session::TraceBook& book) { book.end(channel); });
  one.time.stop();
  one.trace.channel->close();
  turn_end_.ask();
  note(one, fmt::format("a trace ends: {}", name_of(why)));
  if (why == End::kLeft) return;
  const std::string frames = one.trace.channel->take();
  replies_.door().tell(one.asker.peer, frames);
  const std::uint64_t left_out = one.trace.channel->left_out();
  replies_.succeed(one.asker, {{"end", true}, {"why", name_of(why)}, {"left_out", left_out}});
}

std::string_view TraceDesk::name_of(End why) noexcept {
  switch (why) {
    case End::kTime:
      return "time";
    case End::kStopped:
      return "stopped";
    case End::kLeft:
      return "left";
  }
  std::unreachable();
}

void TraceDesk::note(const One& one, std::string_view what) {
  admin::LogEntry entry = log_.entry(LogLevel::kInfo, "control");
  entry.add("uid", std::uint64_t{one.asker.who.user});
  entry.add("pid", static_cast<std::uint64_t>(one.asker.who.process));
  entry.add_user(one.trace.scope.user);
  const auto& network = one.trace.scope.network;
  log_.write(LogLevel::kInfo,
             entry.finish(network ? fmt::format("{}, from {}", what, network->text())
                                  : std::string(what)));
}

}  // namespace postern::server
