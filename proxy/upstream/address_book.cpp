// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/address_book.hpp"

#include <algorithm>
#include <utility>

#include "proxy/net/address.hpp"

namespace postern::upstream {

std::shared_ptr<AddressState> AddressBook::find(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (const auto known = addresses_.find(text); known != addresses_.end()) return known->second;
  if (addresses_.size() >= kMost) {
    std::erase_if(addresses_, [](const auto& entry) { return entry.second.use_count() == 1; });
  }
  auto state = std::make_shared<AddressState>(text);
  addresses_.emplace(text, state);
  return state;
}

// As many names as the configuration has: it is asked for no others.
bool AddressBook::call(const std::string& name, Roll addresses) {
  const std::lock_guard lock(mutex_);
  Roll& known = names_[name];
  if (known == addresses) return false;
  known = std::move(addresses);
  return true;
}

AddressBook::Roll AddressBook::called(const conf::Endpoint& endpoint) {
  if (const auto literal = net::Address::parse(endpoint.host, endpoint.port)) {
    return {find(literal->text())};
  }
  const std::lock_guard lock(mutex_);
  return names_[conf::to_string(endpoint)];
}

bool AddressBook::all_down(const std::vector<conf::Endpoint>& endpoints) {
  return std::ranges::all_of(endpoints, [this](const conf::Endpoint& endpoint) {
    if (find(conf::to_string(endpoint))->is_down()) return true;
    const Roll addresses = called(endpoint);
    return !addresses.empty() &&
           std::ranges::all_of(addresses, &AddressState::is_down,
                               [](const auto& one) -> const AddressState& { return *one; });
  });
}

std::chrono::milliseconds AddressBook::retry_at(const std::vector<conf::Endpoint>& endpoints) {
  auto first = std::chrono::milliseconds::max();
  for (const conf::Endpoint& endpoint : endpoints) {
    Roll addresses = called(endpoint);
    if (addresses.empty()) addresses = {find(conf::to_string(endpoint))};
    for (const auto& address : addresses) first = std::min(first, address->retry_at());
  }
  return first;
}

std::vector<AddressBook::Standing> AddressBook::standing(
    const std::vector<conf::Endpoint>& endpoints) {
  std::vector<Standing> all;
  for (const conf::Endpoint& endpoint : endpoints) {
    const auto name = find(conf::to_string(endpoint));
    Roll addresses = called(endpoint);
    if (addresses.empty()) addresses = {name};
    for (const auto& address : addresses) {
      const bool up = !address->is_down() && !name->is_down();
      if (std::ranges::find(all, address->text(), &Standing::address) != all.end()) continue;
      all.push_back({address->text(), up});
    }
  }
  return all;
}

std::size_t AddressBook::size() const {
  const std::lock_guard lock(mutex_);
  return addresses_.size();
}

AddressBook::Roll AddressBook::addresses() const {
  const std::lock_guard lock(mutex_);
  Roll all;
  for (const auto& [text, address] : addresses_) {
    if (!names_.contains(text)) all.push_back(address);
  }
  return all;
}

}  // namespace postern::upstream
