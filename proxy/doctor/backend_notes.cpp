// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/backend_notes.hpp"

#include <fmt/format.h>

#include "tls/pem_blocks.hpp"

namespace postern::doctor {

void BackendNotes::add(std::string_view check, const std::string& what, std::string fix) {
  findings_.push_back({.check = std::string(check),
                       .where = address_.text(),
                       .what = fmt::format("backend \"{}\": {}", backend().name, what),
                       .fix = std::move(fix)});
}

// Where the key stands it is written anew, else it is added below the header of its table.
std::string BackendNotes::change(std::string_view key, std::string_view value) const {
  const conf::Mark mark =
      conf::mark_of(patient_.document, fmt::format("backend[{}].{}", index_, key));
  const std::string file = tls::shell_word(patient_.document.file);
  const std::string line = fmt::format("{} = {}", key, value);
  if (mark.line != 0) return fmt::format("sed -i '{}s|.*|{}|' {}", mark.line, line, file);
  return fmt::format("sed -i '{}a {}' {}", backend().mark.line, line, file);
}

}  // namespace postern::doctor
