// SPDX-License-Identifier: Apache-2.0
// What one reading of a configuration gathers: the settings so far, where each value stood, and
// everything that is wrong with it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conf/diagnostic.hpp"
#include "conf/settings.hpp"

namespace postern::conf {

/// The lines of a text, to be shown under a diagnostic. The text must outlive it.
class Lines {
 public:
  explicit Lines(std::string_view text);

  /// A line without its end; empty where there is none, and without most of a very long one.
  std::string at(std::uint32_t line) const;

 private:
  std::vector<std::string_view> lines_;
};

/// The diagnostics of one reading.
class Report {
 public:
  /// The text must outlive the report.
  explicit Report(std::string_view text) : lines_(text) {}

  void error(Mark mark, std::string text) { add(Severity::kError, mark, {}, std::move(text)); }
  /// `check` is its name in `postern doctor`, which knows why it matters.
  void warning(std::string_view check, Mark mark, std::string text) {
    add(Severity::kWarning, mark, check, std::move(text));
  }

  /// Everything that was added, in the order of the places.
  Diagnostics sorted() const;

 private:
  void add(Severity severity, Mark mark, std::string_view check, std::string text);

  Lines lines_;
  Diagnostics diagnostics_;
};

struct Reading {
  explicit Reading(std::string_view text) : report(text) {}

  Settings settings;
  std::map<std::string, Mark, std::less<>> places;  // "listener[0].name", "listener[0].address[1]"
  std::set<std::string, std::less<>> broken;        // full names of keys whose values were refused
  Report report;

  /// Where a value stood that was read well; line 0 for any other.
  Mark mark_of(std::string_view path) const noexcept;
  /// Whether a value was given and read well.
  bool has(std::string_view path) const noexcept { return places.contains(path); }
};

}  // namespace postern::conf
