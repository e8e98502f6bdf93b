// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/certificate_watch.hpp"

#include <algorithm>
#include <utility>

#include "proxy/server/certificate_directory.hpp"
#include "proxy/server/listener_context.hpp"
#include "tls/renewal.hpp"

namespace postern::server {
namespace {

std::chrono::sys_seconds this_second() noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

void CertificateWatch::use(const conf::Live& settings, std::vector<CertificatePair> pairs,
                           ClientTrust clients, std::shared_ptr<const session::Snapshot> snapshot) {
  settings_ = settings;
  clients_ = std::move(clients);
  snapshot_ = std::move(snapshot);
  std::vector<Followed> now;
  now.reserve(pairs.size());
  for (CertificatePair& pair : pairs) add(std::move(pair), now);
  pairs_ = std::move(now);
  tell_names();
  news_.begin_anew();
  tell_expiring();
}

void CertificateWatch::add(CertificatePair pair, std::vector<Followed>& to) {
  if (pair.fault) {
    news_.rejected(pair.fault->file, pair.fault->why + "; it is not served");
  } else if (!serves(*pair.certificate)) {
    news_.loaded(pair.files.cert_file, *pair.certificate, "in use from now on");
  }
  to.push_back({.files = std::move(pair.files),
                .settling = net::Settling(std::move(pair.stamps)),
                .served = pair.certificate,
                .staple = pair.staple,
                .shown = pair.shown(),
                .refused = pair.fault.has_value()});
}

bool CertificateWatch::serves(const tls::Certificate& certificate) const {
  return std::ranges::any_of(pairs_, [&certificate](const Followed& pair) {
    return pair.served != nullptr && tls::same_chain(*pair.served, certificate);
  });
}

void CertificateWatch::tell_names() {
  if (pairs_.empty()) return;
  for (const std::string& name : settings_.server_names) {
    const auto covers = [&name](const Followed& pair) {
      return pair.served != nullptr && pair.served->matches(name);
    };
    if (std::ranges::none_of(pairs_, covers)) news_.mismatched(name);
  }
}

void CertificateWatch::tell_expiring() {
  const auto now = this_second();
  for (const Followed& pair : pairs_) {
    if (pair.served != nullptr) news_.expiring(pair.files.cert_file, *pair.served, now);
  }
}

std::vector<std::pair<std::string, std::shared_ptr<const tls::Certificate>>>
CertificateWatch::served_files() const {
  std::vector<std::pair<std::string, std::shared_ptr<const tls::Certificate>>> all;
  for (const Followed& pair : pairs_) {
    if (pair.served != nullptr) all.emplace_back(pair.files.cert_file, pair.served);
  }
  return all;
}

void CertificateWatch::list(std::vector<std::string>& paths) const {
  for (const Followed& pair : pairs_) {
    for (std::string& path : paths_of(pair.files)) paths.push_back(std::move(path));
    if (!pair.staple.file().empty()) paths.push_back(pair.staple.file());
  }
  if (!clients_.file().empty()) paths.push_back(clients_.file());
  if (settings_.tls.cert_dir.empty()) return;
  for (std::string& path : paths_in(settings_.tls.cert_dir)) paths.push_back(std::move(path));
}

FileFollower::Rest CertificateWatch::look() {
  Rest rest = look_at_clients();
  std::vector<Followed*> ready;
  find_new();
  for (Followed& pair : pairs_) {
    if (look_at(pair) == Rest::kMoving) rest = Rest::kMoving;
    if (look_at_staple(pair) == Rest::kMoving) rest = Rest::kMoving;
    if (pair.newer == nullptr && !pair.restaple) continue;
    prepare(pair);
    ready.push_back(&pair);
  }
  take(ready);
  return rest;
}

// What has gone from the directory is served until a reload, unless it never was.
void CertificateWatch::find_new() {
  if (settings_.tls.cert_dir.empty()) return;
  const auto found = pairs_in(settings_.tls.cert_dir);
  if (!found) return;
  const std::size_t fixed = settings_.tls.certificates.size();
  const auto gone = [&found](const Followed& pair) {
    return pair.served == nullptr &&
           std::ranges::find(found->pairs, pair.files.cert_file,
                             &tls::CertificateFiles::cert_file) == found->pairs.end();
  };
  std::erase_if(pairs_, gone);  // one that was configured is served
  for (const tls::CertificateFiles& files : found->pairs) {
    const auto known = std::find_if(
        pairs_.begin() + static_cast<std::ptrdiff_t>(fixed), pairs_.end(),
        [&files](const Followed& pair) { return pair.files.cert_file == files.cert_file; });
    if (known != pairs_.end()) {
      if (std::exchange(known->files, files) != files) known->settling.read_again();  // its key
    } else if (pairs_.size() < fixed + kMostPairs) {
      pairs_.push_back({.files = files, .settling = net::Settling(), .served = nullptr});
    }
  }
}

FileFollower::Rest CertificateWatch::look_at_clients() {
  switch (clients_.look()) {
    case net::Settling::State::kAsRead:
      return Rest::kAtRest;
    case net::Settling::State::kMoving:
      return Rest::kMoving;
    case net::Settling::State::kReady:
      break;
  }
  const auto done = clients_.read();
  clients_are_new_ = done.has_value();
  if (!done) {
    news_.rejected(clients_.file(),
                   done.error().said() + "; the authorities of clients before stay in use");
  }
  return Rest::kAtRest;
}

FileFollower::Rest CertificateWatch::look_at_staple(Followed& pair) {
  switch (pair.staple.look(this_second())) {
    case Staple::Due::kNothing:
      return Rest::kAtRest;
    case Staple::Due::kSoon:
      return Rest::kMoving;
    case Staple::Due::kReading:
      pair.restaple = pair.served != nullptr;
      return Rest::kAtRest;
  }
  std::unreachable();
}

// A new certificate needs a new response, too.
void CertificateWatch::prepare(Followed& pair) {
  const Served& certificate = pair.newer != nullptr ? pair.newer : pair.served;
  pair.staple.read(*certificate, this_second());
  pair.next = pair.staple.on(certificate);
  if (pair.staple.file().empty()) return;
  if (pair.staple.fault().empty()) {
    news_.stapled(pair.staple.file(), *certificate, pair.staple.good_until());
  } else {
    news_.not_stapled(pair.staple.file(), pair.staple.fault());
  }
}

FileFollower::Rest CertificateWatch::look_at(Followed& pair) {
  if (pair.valid_from && this_second() >= *pair.valid_from) pair.settling.read_again();
  const std::vector<std::string> paths = paths_of(pair.files);
  switch (pair.settling.look(net::stamps_of(paths))) {
    case net::Settling::State::kAsRead:
      return Rest::kAtRest;
    case net::Settling::State::kMoving:
      return Rest::kMoving;
    case net::Settling::State::kReady:
      break;
  }
  auto read = read_pair(pair.files, holder_);
  // Of two files that are exchanged meanwhile one may be the older one.
  if (pair.settling.look(net::stamps_of(paths)) != net::Settling::State::kAsRead) {
    pair.settling.read_again();
    return Rest::kMoving;
  }
  pair.valid_from.reset();
  if (read) {
    judge(pair, std::move(read->certificate));
  } else {
    refuse(pair, blamed_file(read.error(), pair.files), read.error().said());
  }
  return Rest::kAtRest;
}

void CertificateWatch::judge(Followed& pair, Served newer) {
  if (pair.served != nullptr && tls::same_chain(*newer, *pair.served)) {
    // Written anew, or back again; its key is the same, because it belongs to it.
    if (std::exchange(pair.refused, false)) {
      news_.loaded(pair.files.cert_file, *pair.served, "the files hold again what is in use");
    }
    return;
  }
  const auto now = this_second();
  const auto objection =
      tls::objection_to(*newer, pair.served.get(), {.names = settings_.server_names, .now = now});
  if (!objection) {
    pair.newer = std::move(newer);
    return;
  }
  if (now < newer->not_before()) pair.valid_from = newer->not_before();
  refuse(pair, pair.files.cert_file, *objection);
}

void CertificateWatch::refuse(Followed& pair, const std::string& file, const std::string& why) {
  pair.refused = true;
  news_.rejected(file, why + (pair.served == nullptr ? "; it is not served"
                                                     : "; the certificate before stays in use"));
}

// Together, because each time all contexts are made; one by one only to find out who is to blame.
void CertificateWatch::take(const std::vector<Followed*>& ready) {
  const bool others = std::exchange(clients_are_new_, false);
  if (others) news_.believed(clients_.file());
  if ((ready.empty() && !others) || swap(ready)) return;
  if (ready.size() > 1) {
    for (Followed* const& each : ready) swap({&each, 1});
  }
}

bool CertificateWatch::swap(std::span<Followed* const> ready) {
  auto made = contexts_with(ready);
  if (!made) {
    if (ready.size() != 1) return false;
    ready.front()->newer.reset();
    ready.front()->restaple = false;
    refuse(*ready.front(), ready.front()->files.cert_file, made.error().said());
    return false;
  }
  for (std::size_t i = 0; i < made->size(); ++i) {
    const auto& slot = snapshot_->listeners[i].context;
    if (slot != nullptr) slot->replace(std::move((*made)[i]));
  }
  for (Followed* const pair : ready) {
    pair->shown = std::move(pair->next);
    pair->restaple = false;
    if (pair->newer == nullptr) continue;
    const bool first = pair->served == nullptr;
    pair->served = std::move(pair->newer);
    pair->refused = false;
    news_.loaded(pair->files.cert_file, *pair->served,
                 first ? "new, in use from now on" : "renewed, in use from now on");
  }
  return true;
}

std::vector<std::shared_ptr<const tls::Certificate>> CertificateWatch::served() const {
  std::vector<std::shared_ptr<const tls::Certificate>> all;
  for (const Followed& pair : pairs_) {
    if (pair.served != nullptr) all.push_back(pair.served);
  }
  return all;
}

std::expected<CertificateWatch::Contexts, tls::Error> CertificateWatch::contexts_with(
    std::span<Followed* const> ready) const {
  tls::Credentials credentials{.authorities = clients_.authorities()};
  credentials.certificates.reserve(pairs_.size());
  for (const Followed& pair : pairs_) {
    const bool renewed = std::ranges::find(ready, &pair) != ready.end();
    const Served& shown = renewed ? pair.next : pair.shown;
    if (shown != nullptr) credentials.certificates.push_back(shown);
  }
  Contexts contexts;
  contexts.reserve(snapshot_->listeners.size());
  for (std::size_t i = 0; i < snapshot_->listeners.size(); ++i) {
    const session::ListenerPlan& plan = snapshot_->listeners[i];
    if (plan.context == nullptr) {
      contexts.push_back(nullptr);
      continue;
    }
    auto made = context_for(settings_, plan, i, credentials, keys_);
    if (!made) return std::unexpected(std::move(made.error()));
    contexts.push_back(*std::move(made));
  }
  return contexts;
}

}  // namespace postern::server
