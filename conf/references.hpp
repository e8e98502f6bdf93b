// SPDX-License-Identifier: Apache-2.0
// Names by which one part of a configuration refers to another: each is given once, and means
// something that is there.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conf/reading.hpp"

namespace postern::conf {

/// The names of a list's elements, in their order; views of them.
template <typename Element>
std::vector<std::string_view> names_of(const std::vector<Element>& elements) {
  std::vector<std::string_view> names;
  names.reserve(elements.size());
  for (const Element& element : elements) names.push_back(element.name);
  return names;
}

/// Reports each name that an element before has already. `list` is "backend" for `[[backend]]`.
template <typename Element>
void check_names(Reading& reading, std::string_view list, const std::vector<Element>& elements) {
  std::map<std::string_view, std::uint32_t> lines;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].name.empty()) continue;
    const Mark mark = reading.mark_of(fmt::format("{}[{}].name", list, i));
    const auto [first, fresh] = lines.emplace(elements[i].name, mark.line);
    if (fresh) continue;
    reading.report.error(mark, fmt::format("{} \"{}\" is already in line {}", list,
                                           elements[i].name, first->second));
  }
}

/// Reports a name that is not among `known`, unless nothing is. `kind` is "backend" for one of
/// `[[backend]]`.
void check_reference(Reading& reading, Mark mark, std::string_view kind, const std::string& name,
                     const std::vector<std::string_view>& known);

/// The same for a list of listeners' names, which stands at `path`.
void check_listener_names(Reading& reading, const std::vector<std::string>& names,
                          const std::string& path);

}  // namespace postern::conf
