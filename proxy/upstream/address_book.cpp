// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/address_book.hpp"

namespace postern::upstream {

std::shared_ptr<AddressState> AddressBook::find(const net::Address& address) {
  const std::string text = address.text();
  const std::lock_guard lock(mutex_);
  if (const auto known = addresses_.find(text); known != addresses_.end()) return known->second;
  if (addresses_.size() >= kMost) {
    std::erase_if(addresses_, [](const auto& entry) { return entry.second.use_count() == 1; });
  }
  auto state = std::make_shared<AddressState>(address);
  addresses_.emplace(text, state);
  return state;
}

std::size_t AddressBook::size() const {
  const std::lock_guard lock(mutex_);
  return addresses_.size();
}

}  // namespace postern::upstream
