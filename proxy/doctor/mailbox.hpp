// SPDX-License-Identifier: Apache-2.0
// A user's mailbox as one server shows it to a mail program that keeps its messages there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace postern::doctor {

struct Message {
  std::size_t number = 0;    // in this session
  std::string uid = {};      // RFC 1939 section 7, UIDL; empty where the server tells none
  std::uint64_t octets = 0;  // as LIST says
  std::string headers = {};  // with LF; empty where they were not asked for
};

struct Mailbox {
  std::string server;  // as it was named
  std::vector<Message> messages = {};
  bool tells_uids = true;
  std::string fault = {};  // why nothing was seen; then there is nothing else
};

}  // namespace postern::doctor
