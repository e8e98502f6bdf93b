// SPDX-License-Identifier: Apache-2.0
// Renews the certificates of the configuration in use, and the authorities of its clients, when
// their files change. A pair is judged as a whole, and only then shown, by all listeners at once
// and without a reload; what is no good is refused and told once a change, while what was before
// stays in use.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "conf/settings.hpp"
#include "proxy/server/certificate_news.hpp"
#include "proxy/server/certificate_pair.hpp"
#include "proxy/server/client_trust.hpp"
#include "proxy/server/file_follower.hpp"
#include "proxy/session/snapshot.hpp"
#include "tls/key_holder.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::server {

class CertificateWatch final : public FileFollower {
 public:
  /// All must outlive it. `holder` takes private keys; null: they are loaded here.
  CertificateWatch(admin::Log& log, const tls::TicketKeys& keys, tls::KeyHolder* holder = nullptr)
      : news_(log), keys_(keys), holder_(holder) {}

  /// What has just gone into service. Tells of certificates that were not in service before.
  void use(const conf::Live& settings, std::vector<CertificatePair> pairs, ClientTrust clients,
           std::shared_ptr<const session::Snapshot> snapshot);

  void list(std::vector<std::string>& paths) const override;
  Rest look() override;

  /// What is served now.
  std::vector<std::shared_ptr<const tls::Certificate>> served() const;
  /// What is in service, with the file of its chain.
  std::vector<std::pair<std::string, std::shared_ptr<const tls::Certificate>>> served_files() const;

  /// To be called every now and then.
  void tell_expiring();

 private:
  using Served = std::shared_ptr<const tls::Certificate>;

  struct Followed {
    tls::CertificateFiles files;
    net::Settling settling;
    Served served;  // null: none yet, in a directory
    Staple staple = Staple();
    Served shown = nullptr;  // what is served, with its staple
    Served newer = nullptr;  // good by itself, about to be served
    Served next = nullptr;   // about to be shown
    bool restaple = false;   // the staple of what is served has changed
    bool refused = false;    // what its files held last
    std::optional<std::chrono::sys_seconds> valid_from = {};  // what is too early to be served
  };

  using Contexts = std::vector<std::shared_ptr<const tls::ServerContext>>;  // one a listener

  void add(CertificatePair pair, std::vector<Followed>& to);
  void find_new();
  Rest look_at(Followed& pair);
  Rest look_at_staple(Followed& pair);
  void prepare(Followed& pair);
  void judge(Followed& pair, Served newer);
  void refuse(Followed& pair, const std::string& file, const std::string& why);
  Rest look_at_clients();
  void take(const std::vector<Followed*>& ready);
  bool swap(std::span<Followed* const> ready);
  std::expected<Contexts, tls::Error> contexts_with(std::span<Followed* const> ready) const;
  bool serves(const tls::Certificate& certificate) const;
  void tell_names();

  CertificateNews news_;
  const tls::TicketKeys& keys_;
  tls::KeyHolder* holder_;
  conf::Live settings_;
  std::vector<Followed> pairs_;
  ClientTrust clients_;
  bool clients_are_new_ = false;  // not believed yet
  std::shared_ptr<const session::Snapshot> snapshot_;
};

}  // namespace postern::server
