// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/request_queue.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <random>

namespace postern::pop3 {

TEST_CASE("requests leave in the order they came, wherever the ring turns") {
  RequestQueue queue;
  std::deque<Request> reference;
  std::mt19937_64 random(3);
  for (int step = 0; step < 20'000; ++step) {
    CHECK(queue.empty() == reference.empty());
    CHECK(queue.full() == (reference.size() == RequestQueue::kCapacity));
    // Runs of pushes and of pops, so that it gets full and empty.
    if ((step / 300) % 2 == 0 ? random() % 4 != 0 : random() % 4 == 0) {
      if (queue.full()) continue;
      const Request request{static_cast<Verb>(random() % kVerbCount),
                            static_cast<Answer>(random() % 12)};
      queue.push(request);
      reference.push_back(request);
    } else if (!queue.empty()) {
      CHECK(queue.front().verb == reference.front().verb);
      CHECK(queue.front().answer == reference.front().answer);
      queue.pop();
      reference.pop_front();
    }
  }
}

}  // namespace postern::pop3
