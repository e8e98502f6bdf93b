// SPDX-License-Identifier: Apache-2.0
// What a transport told its owner.
#pragma once

#include <string>
#include <vector>

#include "proxy/transport/transport.hpp"

namespace postern::transport {

class Notes final : public Transport::Owner {
 public:
  std::string heard;
  std::vector<TransportEnd> ends;
  bool secured = false;
  bool full = false;
  bool drained = false;

 private:
  void on_plaintext(Transport&, std::span<char> bytes) override {
    heard.append(bytes.data(), bytes.size());
  }
  void on_secured(Transport&) override { secured = true; }
  void on_end(Transport&, TransportEnd end) override { ends.push_back(end); }
  void on_full(Transport&) override { full = true; }
  void on_drained(Transport&) override { drained = true; }
  void on_connected(Transport&, int) override {}
};

}  // namespace postern::transport
