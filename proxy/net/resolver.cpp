// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/resolver.hpp"

#include <utility>

namespace postern::net {

Resolver::Resolver(Loop& loop, ResolverSettings settings)
    : loop_(loop), settings_(std::move(settings)), turn_end_(loop, [this] { on_turn_end(); }) {}

Resolver::~Resolver() = default;

void Resolver::join(Lookup& lookup) {
  if (!names_.contains(lookup.host_) && names_.size() >= kMostNames) forget_one();
  Name& name = names_[lookup.host_];
  name.last_used = loop_.now();
  name.waiting.push_back(&lookup);
  if (name.query) return;
  if (loop_.now() < name.fresh_until) return turn_end_.ask();
  ask(lookup.host_, name);
}

void Resolver::leave(Lookup& lookup) noexcept {
  std::erase_if(due_, [&](const Due& due) { return due.lookup == &lookup; });
  const auto name = names_.find(lookup.host_);
  if (name != names_.end()) std::erase(name->second.waiting, &lookup);
}

bool Resolver::is_usable(const Name& name) const noexcept {
  return !name.addresses.empty() && loop_.now() < name.usable_until;
}

void Resolver::ask(const std::string& host, Name& name) {
  const auto limit = is_usable(name) ? settings_.limit_with_old : settings_.limit;
  name.query = std::make_unique<NameQuery>(
      loop_, NameQuery::Question{host, settings_.servers, limit}, [this] { turn_end_.ask(); });
}

void Resolver::take(const NameQuery::Answer& answer, Name& name) {
  switch (answer.outcome) {
    case NameQuery::Outcome::kFound:
      name.fresh_until = loop_.now() + answer.ttl;
      name.usable_until = name.fresh_until + settings_.oldest;
      break;
    case NameQuery::Outcome::kAbsent:  // asked anew each time: it is being set up, perhaps
      name.fresh_until = name.usable_until = loop_.now();
      break;
    case NameQuery::Outcome::kSilent:
      if (!is_usable(name)) break;
      name.fresh_until = loop_.now() + settings_.doubt;
      return;
  }
  name.addresses = answer.addresses;
  name.error = answer.error;
}

// A query is destroyed here, where none of its calls is under way, and whoever waits is told here,
// where it may do what it likes.
void Resolver::on_turn_end() {
  for (auto& [host, name] : names_) {
    if (name.query) {
      if (!name.query->is_done()) continue;
      take(name.query->answer(), name);
      name.query.reset();
    }
    for (Lookup* const lookup : std::exchange(name.waiting, {})) {
      due_.push_back({lookup, name.addresses, name.error});
    }
  }
  while (!due_.empty()) {
    Due due = std::move(due_.front());
    due_.pop_front();
    due.lookup->tell(std::move(due.addresses), due.error);
  }
}

// The one that nobody has asked for longest. Names that are waited for stay, however many.
void Resolver::forget_one() {
  auto oldest = names_.end();
  for (auto name = names_.begin(); name != names_.end(); ++name) {
    if (name->second.query || !name->second.waiting.empty()) continue;
    if (oldest == names_.end() || name->second.last_used < oldest->second.last_used) oldest = name;
  }
  if (oldest != names_.end()) names_.erase(oldest);
}

Lookup::Lookup(Resolver& resolver, std::string host, std::uint16_t port, Callback callback)
    : resolver_(resolver), host_(std::move(host)), port_(port), callback_(std::move(callback)) {
  resolver_.join(*this);
}

Lookup::~Lookup() { resolver_.leave(*this); }

void Lookup::tell(std::vector<Address> addresses, int error) {
  for (Address& address : addresses) address.set_port(port_);
  Callback callback = std::move(callback_);  // it may destroy this
  callback(std::move(addresses), error);
}

}  // namespace postern::net
