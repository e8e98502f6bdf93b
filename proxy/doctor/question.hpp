// SPDX-License-Identifier: Apache-2.0
// Where to ask, and how.
#pragma once

#include <chrono>
#include <string>

#include "proxy/net/address.hpp"
#include "proxy/upstream/backend_link.hpp"
#include "proxy/upstream/source_addresses.hpp"

namespace postern::doctor {

struct Question {
  net::Address address;
  std::string host;  // that it was configured as
  upstream::BackendLink link;
  upstream::SourceAddresses sources = {};
  std::string announcement = {};  // before anything else
  std::string introduction = {};  // a command, behind the greeting; or none
  std::chrono::milliseconds patience{5'000};
};

}  // namespace postern::doctor
