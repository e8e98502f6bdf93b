// SPDX-License-Identifier: Apache-2.0
#include "tests/dialogue/link_queue.hpp"

#include <algorithm>
#include <utility>

namespace postern::session_test {

void LinkQueue::add(std::string_view bytes, Cut cut, std::mt19937_64& random) {
  while (!bytes.empty()) {
    std::size_t size = bytes.size();
    if (cut == Cut::kBytes) size = 1;
    // Small pieces and large ones are equally likely.
    if (cut == Cut::kRandom)
      size = std::min<std::size_t>(size, 1 + random() % (1U << random() % 10));
    entries_.emplace_back(std::string(bytes.substr(0, size)));
    bytes.remove_prefix(size);
  }
}

LinkQueue::Entry LinkQueue::take() {
  Entry entry = std::move(entries_.front());
  entries_.pop_front();
  return entry;
}

}  // namespace postern::session_test
