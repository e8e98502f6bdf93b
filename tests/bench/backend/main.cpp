// SPDX-License-Identifier: Apache-2.0
// A POP3 server that costs next to nothing: one thread, replies from memory, every login is right.
// Beside it the HTTP service that nginx asks about a login.
//
//     backend        prints its two ports as JSON and serves until it is ended
#include <cstdio>

#include "backend/http_door.hpp"
#include "backend/pop3_door.hpp"

int main() {
  using namespace postern::bench;
  allow_many_descriptors();
  Poller poller;
  const Mailbox mailbox;
  Pop3Door pop3(poller, mailbox);
  HttpDoor http(poller, pop3.port());
  std::printf("{\"pop3\": %u, \"http\": %u}\n", unsigned{pop3.port()}, unsigned{http.port()});
  std::fflush(stdout);
  while (true) poller.turn(-1);
}
