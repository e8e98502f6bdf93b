// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/patient.hpp"

namespace postern::doctor {

std::string Patient::place_of(std::string_view key) const {
  const conf::Mark mark = conf::mark_of(document, key);
  return mark.line == 0 ? document.file : document.file + ":" + std::to_string(mark.line);
}

}  // namespace postern::doctor
