// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/introduction.hpp"

namespace postern::pop3 {

std::string introduction_line(policy::ClientAddress way, const Introduction& client) {
  if (way == policy::ClientAddress::kXoip) return "XOIP " + client.address.text() + "\r\n";
  std::string line = "XCLIENT ADDR=" + client.address.text();
  line.append(" PORT=").append(std::to_string(client.port));
  return line.append(" SESSION=").append(client.session).append(" TTL=5\r\n");
}

bool refuses_introduction(std::string_view reply) noexcept {
  return reply.starts_with('-') || reply.contains("You are not from trusted IP");
}

}  // namespace postern::pop3
