// SPDX-License-Identifier: Apache-2.0
#include "conf/references.hpp"

#include <algorithm>

#include "conf/names.hpp"
#include "conf/suggest.hpp"

namespace postern::conf {

void check_reference(Reading& reading, Mark mark, std::string_view kind, const std::string& name,
                     const std::vector<std::string_view>& known) {
  if (known.empty() || std::ranges::find(known, name) != known.end()) return;
  const std::string_view meant = nearest(name, known);
  const std::string hint = meant.empty() ? "" : fmt::format("; did you mean \"{}\"?", meant);
  reading.report.error(mark, fmt::format("there is no {} \"{}\"{}", kind, printable(name), hint));
}

void check_listener_names(Reading& reading, const std::vector<std::string>& names,
                          const std::string& path) {
  const auto known = names_of(reading.settings.live.listeners);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Mark mark = reading.mark_of(fmt::format("{}[{}]", path, i));
    check_reference(reading, mark, "listener", names[i], known);
  }
}

}  // namespace postern::conf
