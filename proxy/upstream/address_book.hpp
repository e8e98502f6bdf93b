// SPDX-License-Identifier: Apache-2.0
// All addresses that a backend was found at, and what is known of each; of its names, too, which
// have addresses now and others tomorrow. Thread-safe; asked once a login for each address.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "conf/endpoint.hpp"
#include "proxy/upstream/address_state.hpp"

namespace postern::upstream {

class AddressBook {
 public:
  using Roll = std::vector<std::shared_ptr<AddressState>>;

  /// What is known of "IP:PORT", or of a name, "mail.lan:110", if anything; the same object as long
  /// as anybody keeps it.
  std::shared_ptr<AddressState> find(const std::string& text);

  /// A name has these addresses now. Returns whether they are others than before.
  bool call(const std::string& name, Roll addresses);

  /// Whether each of these is down: the address, or the name itself or all that it has.
  bool all_down(const std::vector<conf::Endpoint>& endpoints);
  /// When the first of these is worth another try.
  std::chrono::milliseconds retry_at(const std::vector<conf::Endpoint>& endpoints);

  /// Each address that these have now, or a name that has none yet, and whether it is up.
  struct Standing {
    std::string address;
    bool up = true;
  };
  std::vector<Standing> standing(const std::vector<conf::Endpoint>& endpoints);

  std::size_t size() const;
  /// All that are known, the names not, by their texts.
  Roll addresses() const;

 private:
  // A name may have other addresses every time.
  static constexpr std::size_t kMost = 256;

  Roll called(const conf::Endpoint& endpoint);

  mutable std::mutex mutex_;  // guards both
  std::map<std::string, std::shared_ptr<AddressState>> addresses_;
  std::map<std::string, Roll> names_;
};

}  // namespace postern::upstream
