// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/said.hpp"

namespace postern::doctor {

std::string shown(std::string_view said) {
  std::string text(said.substr(0, 60));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

}  // namespace postern::doctor
