// SPDX-License-Identifier: Apache-2.0
// Metrics of one process: all threads count with what is handed out here, the facts are looked at
// once a second while anybody may ask, and those who ask do so by HTTP, in threads of their own.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conf/reader.hpp"
#include "proxy/admin/http_server.hpp"
#include "proxy/admin/metrics.hpp"
#include "proxy/net/address.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/server/guard.hpp"
#include "proxy/server/metrics_facts.hpp"
#include "proxy/server/upkeep.hpp"
#include "proxy/server/worker.hpp"

namespace postern::server {

class MetricsDesk {
 public:
  using Workers = std::vector<std::unique_ptr<Worker>>;

  /// All must outlive it; the workers may come later, and go before. On the loop's thread.
  MetricsDesk(net::Loop& loop, const admin::Log& log, const Workers& workers);
  /// Answers nobody any more.
  ~MetricsDesk();
  MetricsDesk(const MetricsDesk&) = delete;
  MetricsDesk& operator=(const MetricsDesk&) = delete;

  admin::Metrics& metrics() noexcept { return metrics_; }
  /// Those of the loop's own thread.
  admin::Counters& counters() noexcept { return counters_; }
  /// A thread that was asked so long ago and has not answered does not serve.
  static constexpr std::chrono::seconds kSilence{10};

  /// One more page, before anybody is answered. Called in threads of the server.
  void add_page(std::string path, std::function<admin::HttpAnswer()> page);

  /// Called after each look at the facts, once a second while anybody may ask.
  void after_each_look(net::Callback looked) { looked_ = std::move(looked); }

  /// What the facts are about; both outlive it, or stand until the last use().
  void watch(const Upkeep& upkeep, const Guard& guard) noexcept;
  /// What is listened on already, and answered, for a configuration that is not in use yet.
  struct Ready {
    std::string listen;                        // as configured
    std::optional<net::Address> address = {};  // with the port that is in use
    std::unique_ptr<admin::HttpServer> server = {};
  };
  /// Listens where this configuration says, beside where it does now, or says why it cannot.
  [[nodiscard]] std::expected<Ready, conf::Diagnostics> prepare(
      const conf::Document& document) const;
  /// What was prepared, and this configuration, is in service from now on.
  void use(Ready ready, const conf::Live& settings,
           std::shared_ptr<const session::Snapshot> snapshot);
  /// A reload was refused.
  void note_refusal();
  /// Nothing new is accepted from now on.
  void note_drain();
  /// So many sessions are open at processes before this one.
  void note_elders(std::size_t sessions) noexcept { elder_sessions_ = sessions; }

  /// Where it listens; empty: nowhere.
  const std::optional<net::Address>& address() const noexcept { return open_.address; }
  /// Listens no more; the port is free when it returns.
  void stop() noexcept;
  /// Listens again where it did, or says why it cannot.
  [[nodiscard]] std::expected<void, std::string> start();

 private:
  void look();
  std::unique_ptr<admin::HttpServer> make_server() const;
  admin::HttpAnswer health() const;
  admin::HttpAnswer readiness() const;

  const Workers& workers_;
  admin::Metrics metrics_;
  admin::Counters& counters_;
  admin::HttpPages pages_;
  const Upkeep* upkeep_ = nullptr;
  const Guard* guard_ = nullptr;
  std::shared_ptr<const session::Snapshot> snapshot_;
  std::vector<std::string> server_names_;
  std::chrono::sys_seconds loaded_at_{};
  bool reload_taken_ = true;
  bool draining_ = false;
  net::Callback looked_;
  std::size_t elder_sessions_ = 0;
  net::Timer timer_;
  Ready open_;
};

}  // namespace postern::server
