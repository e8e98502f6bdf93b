// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/metrics_desk.hpp"

#include <fmt/format.h>

#include <utility>

#include "conf/endpoint.hpp"

namespace postern::server {
namespace {

constexpr const char* kListenKey = "metrics.listen";
constexpr std::chrono::milliseconds kLookInterval{1'000};

std::chrono::sys_seconds wall_clock() noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

MetricsDesk::MetricsDesk(net::Loop& loop, const admin::Log& log, const Workers& workers)
    : workers_(workers),
      metrics_(log),
      counters_(metrics_.new_counters()),
      timer_(loop, [this] { look(); }) {
  metrics_.publish(std::make_shared<const admin::Metrics::Facts>(
      admin::Metrics::Facts{.gauges = {}, .why_not_ready = "starting"}));
  add_page("/metrics", [this] {
    return admin::HttpAnswer{.type = admin::kMetricsType, .body = metrics_.page()};
  });
  add_page("/-/healthy", [this] { return health(); });
  add_page("/-/ready", [this] { return readiness(); });
}

MetricsDesk::~MetricsDesk() = default;

void MetricsDesk::add_page(std::string path, std::function<admin::HttpAnswer()> page) {
  pages_.insert_or_assign(std::move(path), std::move(page));
}

void MetricsDesk::watch(const Upkeep& upkeep, const Guard& guard) noexcept {
  upkeep_ = &upkeep;
  guard_ = &guard;
}

std::unique_ptr<admin::HttpServer> MetricsDesk::make_server() const {
  return std::make_unique<admin::HttpServer>(pages_);
}

std::expected<MetricsDesk::Ready, conf::Diagnostics> MetricsDesk::prepare(
    const conf::Document& document) const {
  Ready ready{.listen = document.settings.live.metrics.listen};
  const auto endpoint = conf::endpoint_from(ready.listen);
  if (ready.listen == open_.listen || !endpoint) return ready;
  ready.address = net::Address::parse(endpoint->host, endpoint->port);
  ready.server = make_server();
  auto address = ready.server->start(*ready.address);
  if (address) {
    ready.address = *address;
    return ready;
  }
  return std::unexpected(conf::Diagnostics{
      conf::about(document, conf::Severity::kError, conf::mark_of(document, kListenKey),
                  fmt::format("cannot listen on {}: {}", ready.listen, address.error()))});
}

void MetricsDesk::use(Ready ready, const conf::Live& settings,
                      std::shared_ptr<const session::Snapshot> snapshot) {
  if (ready.listen != open_.listen) open_ = std::move(ready);
  snapshot_ = std::move(snapshot);
  server_names_ = settings.server_names;
  loaded_at_ = wall_clock();
  reload_taken_ = true;
  look();
}

void MetricsDesk::note_refusal() {
  reload_taken_ = false;
  look();
}

void MetricsDesk::note_drain() {
  draining_ = true;
  look();
}

// Where nobody can ask, nobody looks.
void MetricsDesk::look() {
  timer_.stop();
  if (open_.server == nullptr || snapshot_ == nullptr) return;
  timer_.start(kLookInterval);
  counters_.note_pulse(std::chrono::steady_clock::now());
  for (const auto& worker : workers_) worker->take_pulse();
  metrics_.publish(std::make_shared<const admin::Metrics::Facts>(
      facts_of({.snapshot = *snapshot_,
                .server_names = server_names_,
                .certificates = upkeep_->certificates(),
                .guard = *guard_,
                .draining = draining_,
                .reload_taken = reload_taken_,
                .loaded_at = loaded_at_,
                .elder_sessions = elder_sessions_})));
  if (looked_) looked_();
}

void MetricsDesk::stop() noexcept { open_.server.reset(); }

std::expected<void, std::string> MetricsDesk::start() {
  if (!open_.address || open_.server != nullptr) return {};
  open_.server = make_server();
  auto address = open_.server->start(*open_.address);
  if (!address) {
    open_.server.reset();
    return std::unexpected(std::move(address.error()));
  }
  open_.address = *address;
  look();
  return {};
}

admin::HttpAnswer MetricsDesk::health() const {
  const auto silent = metrics_.silent_since(std::chrono::steady_clock::now() - kSilence);
  if (silent == 0) return {.body = "ok\n"};
  return {.status = 503,
          .body = fmt::format("{} threads have not answered for {} seconds\n", silent,
                              kSilence.count())};
}

admin::HttpAnswer MetricsDesk::readiness() const {
  const auto facts = metrics_.facts();
  if (facts->why_not_ready.empty()) return {.body = "ready\n"};
  return {.status = 503, .body = facts->why_not_ready + "\n"};
}

}  // namespace postern::server
