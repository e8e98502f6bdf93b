// SPDX-License-Identifier: Apache-2.0
// Something about certificates that can be served, and that clients may refuse all the same: what
// it is, and what mends it.
#pragma once

#include <string>

namespace postern::tls {

struct Doubt {
  std::string check;  // what kind of thing it is, for programs: "chain-order"
  std::string what;   // one line that begins in lower case, without what mends it
  std::string fix;    // a command for a shell, or words where there is none

  /// Both, as one line.
  std::string said() const { return what + "; " + fix; }

  bool operator==(const Doubt&) const = default;
};

}  // namespace postern::tls
