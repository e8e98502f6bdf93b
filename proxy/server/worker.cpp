// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/worker.hpp"

#include <algorithm>
#include <utility>

#include "policy/must.hpp"
#include "proxy/server/process.hpp"

namespace postern::server {
namespace {

// How soon a worker that ran out of descriptors looks again.
constexpr std::chrono::milliseconds kRetry{100};

// What sessions leave behind is given back this long after enough of them have ended: as many as
// are left, so that the work stays in proportion to what was served, and at least a few.
constexpr std::chrono::milliseconds kTidying{1'000};
constexpr std::size_t kWorthTidying = 16;

constexpr std::string_view kNoDescriptors = "descriptor_limit";
constexpr std::string_view kNoMemory = "memory_limit";
constexpr std::string_view kNotAccepted = "accept_failed";

// The log's reason.
std::string_view reason_of(std::error_code error) noexcept {
  if (error == std::errc::too_many_files_open ||
      error == std::errc::too_many_files_open_in_system) {
    return kNoDescriptors;
  }
  const bool memory = error == std::errc::not_enough_memory || error == std::errc::no_buffer_space;
  return memory ? kNoMemory : kNotAccepted;
}

std::string_view message_for(std::string_view reason) noexcept {
  if (reason == kNoDescriptors) return "no descriptors left for new connections; they wait";
  return reason == kNoMemory ? "no memory left for new connections; they wait"
                             : "the system takes no new connections; they wait";
}

}  // namespace

Worker::Worker(unsigned number, admin::Log& log, admin::Counters& counters, Admission& admission,
               Crowd& crowd, LoginMemory& logins, cluster::Membership& membership,
               upstream::News& news, std::function<void()> emptied)
    : log_(log),
      counters_(counters),
      news_(news, counters),
      admission_(admission),
      crowd_(crowd),
      guard_(logins.guard()),
      emptied_(std::move(emptied)),
      buffers_(std::make_unique<transport::Buffers>()),
      key_desk_(loop_),
      wakeup_(loop_, [this] { run_tasks(); }),
      retry_(loop_, [this] { try_to_resume(); }),
      tidying_(loop_, [this] { tidy_up(); }),
      resolver_(loop_),
      warm_({loop_, *buffers_, resolver_, news_}),
      logins_({{loop_, *buffers_, resolver_}, logins.book(), guard_, membership, log, counters}),
      table_(loop_, number, [this] { on_reaped(); }),
      environment_{loop_,     *buffers_, spare_, log_,     table_, logins_,
                   resolver_, news_,     warm_,  tallies_, traces_},
      prefaces_(loop_, log, counters, admission, *this) {
  spare_.commands = &tallies_.commands();
  lock_memory(buffers_.get(), sizeof *buffers_);
  buffers_->signatory = &key_desk_;
}

Worker::~Worker() {
  if (thread_.joinable()) {
    stop();
    thread_.join();
  }
}

void Worker::start() {
  thread_ = std::thread([this] { loop_.run(); });
}

void Worker::use(SnapshotPtr snapshot, std::vector<WorkerDoor> doors) {
  post([this, snapshot = std::move(snapshot), doors = std::move(doors)]() mutable {
    take(std::move(snapshot), std::move(doors));
  });
}

void Worker::use_signer(net::Descriptor channel) {
  post([this, channel = std::move(channel)]() mutable { key_desk_.use(std::move(channel)); });
}

void Worker::retire() {
  post([this] {
    accept_no_more();
    tell_if_empty();
  });
}

void Worker::drain() {
  post([this] {
    accept_no_more();
    prefaces_.clear();
    table_.drain();
    tell_if_empty();
  });
}

void Worker::accept_no_more() {
  accepting_ = false;
  doors_.clear();
  warm_.clear();
  retry_.stop();
}

void Worker::tell_if_empty() {
  if (accepting_ || table_.size() != 0 || prefaces_.size() != 0) return;
  if (!std::exchange(told_empty_, true)) emptied_();
}

void Worker::stop() {
  post([this] {
    doors_.clear();
    prefaces_.clear();
    warm_.clear();
    table_.kill();
    loop_.stop();
  });
}

void Worker::ask(std::function<void()> answer) { post(std::move(answer)); }

// One question at a time: who does not answer is not asked again.
void Worker::take_pulse() {
  if (!pulse_asked_.exchange(true)) post([this] { show_pulse(); });
}

void Worker::show_pulse() {
  pulse_asked_ = false;
  counters_.note_pulse(std::chrono::steady_clock::now());
  counters_.clear(admin::Metric::kBackendWarm);
  if (!snapshot_ || !accepting_) return;
  for (const upstream::BackendPlan& backend : snapshot_->backends) {
    if (backend.warm == 0) continue;
    counters_.counter(admin::Metric::kBackendWarm, {backend.name}).set(warm_.ready(backend));
  }
}

void Worker::visit(std::function<void(session::Table&)> visitor) {
  post([this, visitor = std::move(visitor)] { visitor(table_); });
}

void Worker::change_traces(std::function<void(session::TraceBook&)> change) {
  post([this, change = std::move(change)] { change(traces_); });
}

void Worker::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wakeup_.signal();
}

void Worker::run_tasks() {
  std::vector<Task> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
  }
  for (Task& task : tasks) task();
}

// Doors that stay keep their sockets, and so the connections that wait in them.
void Worker::take(SnapshotPtr snapshot, std::vector<WorkerDoor> doors) {
  if (!accepting_) return;
  snapshot_ = std::move(snapshot);
  logins_.use(snapshot_->cluster, snapshot_->limits);
  warm_.use(snapshot_, snapshot_->backends, snapshot_->timeouts.connect);
  std::vector<OpenDoor> next;
  next.reserve(doors.size());
  for (WorkerDoor& door : doors) next.push_back(open(std::move(door)));
  doors_ = std::move(next);
}

Worker::OpenDoor Worker::open(WorkerDoor door) {
  OpenDoor open{std::move(door.address), door.listener, door.lanes, {}};
  if (door.sockets.empty()) {
    const auto known = std::ranges::find(doors_, open.address, &OpenDoor::address);
    policy::must(known != doors_.end(), "finding a listener again");
    open.acceptors = std::move(known->acceptors);
    return open;
  }
  net::Acceptor::Owner& owner = *this;
  for (net::Descriptor& socket : door.sockets) {
    open.acceptors.push_back(std::make_unique<net::Acceptor>(loop_, std::move(socket), owner));
    if (paused_) open.acceptors.back()->pause();
  }
  return open;
}

void Worker::on_accept(net::Acceptor& acceptor, net::Descriptor connection,
                       const net::Address& peer) {
  const auto is_it = [&](const OpenDoor& door) {
    return std::ranges::any_of(door.acceptors,
                               [&](const auto& one) { return one.get() == &acceptor; });
  };
  const auto door = std::ranges::find_if(doors_, is_it);
  policy::must(door != doors_.end(), "finding the listener");
  const net::Address local = acceptor.local_address_of(connection);
  const session::ListenerPlan& plan = snapshot_->listeners[door->listener];
  const conf::Lanes* const lanes = door->lanes ? &snapshot_->lanes[*door->lanes] : nullptr;
  Arrival arrival{snapshot_, &plan, lanes, std::move(connection), peer, local};
  if (plan.balancers.empty()) return welcome(std::move(arrival));
  if (!admission_.within(snapshot_->limits.max_connections)) {
    return reject(Objection::kConnections, arrival);
  }
  prefaces_.add(std::move(arrival));
  if (!admission_.has_descriptors()) pause(kNoDescriptors);
}

void Worker::welcome(Arrival arrival) {
  auto ticket = admit(*arrival.plan, arrival.peer.host());
  if (!ticket) return reject(ticket.error(), arrival);
  admission_.enter();
  ++counted_;
  auto& session = table_.add(std::make_unique<session::Session>(
      environment_, std::move(arrival.snapshot), *arrival.plan, arrival.peer, arrival.local,
      std::move(arrival.balancer), arrival.lanes));
  session.hold(*std::move(ticket));
  session.start(std::move(arrival.connection));
  if (!admission_.has_descriptors()) pause(kNoDescriptors);
}

void Worker::reject(Objection objection, Arrival& arrival) {
  count_rejected(counters_, objection, arrival);
  turn_away(log_, objection, arrival);
}

// Whoever is turned away by one limit does not count for the next.
std::expected<session::Ticket, Objection> Worker::admit(const session::ListenerPlan& plan,
                                                        const policy::IpAddress& client) {
  const auto now = std::chrono::steady_clock::now();
  if (guard_.at_accept(client, now).refuses()) return std::unexpected(Objection::kBanned);
  if (!admission_.within(snapshot_->limits.max_connections)) {
    return std::unexpected(Objection::kConnections);
  }
  const bool plain = plan.tls == conf::ListenerTls::kNone;
  auto ticket = crowd_.enter(client, plain ? policy::Purpose::kPlain : policy::Purpose::kTls, now);
  if (ticket) return *std::move(ticket);
  switch (ticket.error()) {
    case policy::Excess::kConnections:
      return std::unexpected(Objection::kConnectionsPerIp);
    case policy::Excess::kHandshakes:
      return std::unexpected(Objection::kHandshakesPerIp);
  }
  std::unreachable();
}

void Worker::on_accept_failed(net::Acceptor&, std::error_code error) { pause(reason_of(error)); }

void Worker::pause(std::string_view why) {
  if (std::exchange(paused_, true)) return;
  counters_.count(admin::Metric::kLimitHits, {"descriptors"});
  for (const OpenDoor& door : doors_) {
    for (const auto& acceptor : door.acceptors) acceptor->pause();
  }
  retry_.start(kRetry);
  if (!log_.grants({.level = conf::LogLevel::kWarn, .event = "limit", .reason = why})) return;
  admin::LogEntry entry = log_.entry(conf::LogLevel::kWarn, "limit");
  entry.add("reason", why);
  log_.write(conf::LogLevel::kWarn, entry.finish(message_for(why)));
}

void Worker::try_to_resume() {
  if (!admission_.has_descriptors()) return retry_.start(kRetry);
  paused_ = false;
  for (const OpenDoor& door : doors_) {
    for (const auto& acceptor : door.acceptors) acceptor->resume();
  }
}

void Worker::on_reaped() {
  const std::size_t ended = counted_ - table_.size();
  admission_.leave(static_cast<std::uint32_t>(ended));
  counted_ = table_.size();
  note_ended(ended);
  tell_if_empty();
}

void Worker::note_ended(std::size_t sessions) {
  ended_ += sessions;
  if (tidying_due_ || ended_ < std::max(kWorthTidying, table_.size())) return;
  tidying_due_ = true;
  tidying_.start(kTidying);
}

void Worker::tidy_up() {
  ended_ = 0;
  tidying_due_ = false;
  give_back_memory();
}

}  // namespace postern::server
