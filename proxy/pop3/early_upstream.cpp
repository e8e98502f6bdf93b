// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/early_upstream.hpp"

#include "proxy/pop3/ascii.hpp"

namespace postern::pop3 {

std::string_view stamp_in(std::string_view greeting) noexcept {
  const std::size_t begin = greeting.rfind('<');
  const std::size_t end = greeting.rfind('>');
  const bool enclosed = begin != std::string_view::npos && end != std::string_view::npos;
  if (!enclosed || begin > end) return {};
  const std::string_view stamp = greeting.substr(begin, end - begin + 1);
  const bool id = stamp.contains('@') && !stamp.contains(' ');
  return id && all_printable(stamp) ? stamp : std::string_view();
}

}  // namespace postern::pop3
