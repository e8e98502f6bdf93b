// SPDX-License-Identifier: Apache-2.0
// All addresses that a backend was found at, and what is known of each. Thread-safe; asked once a
// login for each address that may be dialled.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "proxy/upstream/address_state.hpp"

namespace postern::upstream {

class AddressBook {
 public:
  /// What is known of it, if anything; the same object as long as anybody keeps it.
  std::shared_ptr<AddressState> find(const net::Address& address);

  std::size_t size() const;

 private:
  // A name may have other addresses every time.
  static constexpr std::size_t kMost = 256;

  mutable std::mutex mutex_;  // guards addresses_
  std::map<std::string, std::shared_ptr<AddressState>> addresses_;
};

}  // namespace postern::upstream
