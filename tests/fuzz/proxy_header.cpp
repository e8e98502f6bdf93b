// SPDX-License-Identifier: Apache-2.0
// What a balancer says first: the outcome does not depend on how reads fall, nothing behind the
// header is taken for a part of it, and all that has a meaning for us is written as it was read.
#include <algorithm>
#include <string>
#include <string_view>

#include "proxy/net/proxy_header.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/promise.hpp"

namespace {

using postern::fuzz::Input;
using postern::fuzz::promise;
using namespace postern::net;  // NOLINT(google-build-using-namespace): a fuzz target

using Reading = std::expected<std::optional<ProxyHeader>, ProxyFault>;

std::string text_of(const Reading& read) {
  if (!read) return "fault " + std::to_string(static_cast<int>(read.error()));
  if (!*read) return "more";
  const ProxyHeader& header = **read;
  std::string text = std::to_string(header.length);
  if (header.route) text += " " + header.route->from.text() + " " + header.route->to.text();
  return text;
}

bool is_final(const Reading& read) { return !read || *read; }

// In a block of its own, so that a read behind its end is seen.
Reading read_first(std::string_view bytes, std::size_t count) {
  return read_proxy_header(std::string(bytes.substr(0, count)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::size_t step = 1 + input.below(32);
  const std::string_view bytes = input.rest();
  const Reading whole = read_first(bytes, bytes.size());
  for (std::size_t count = 0; count < bytes.size(); count += step) {
    const Reading read = read_first(bytes, count);
    if (!is_final(read)) {
      promise(count < kLongestProxyHeader, "a header is bounded");
      continue;
    }
    promise(text_of(read) == text_of(whole), "what is known stays known");
    break;
  }
  if (!whole || !*whole) return 0;
  const std::size_t length = (*whole)->length;
  promise(length <= std::min(bytes.size(), kLongestProxyHeader), "it is as long as it is");
  promise(text_of(read_first(bytes, length)) == text_of(whole), "it is complete with its end");
  promise(!is_final(read_first(bytes, length - 1)), "and not before");
  return 0;
}
