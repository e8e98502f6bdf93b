// SPDX-License-Identifier: Apache-2.0
// Which mail programs there are, how each is recognised, and what has to be changed in it. A
// program is named only where everything that is known fits one alone; else it is "unknown".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/habits.hpp"
#include "policy/hello_shape.hpp"

namespace postern::policy {

inline constexpr std::string_view kUnknownClient = "unknown";

/// How a row's looks are known.
enum class Evidence {
  kMeasured,  // the program itself was run
  kSource,    // read in its source
  kTold,      // by somebody: enough to doubt another program, not to name this one
};

struct ClientRow {
  std::string name;
  std::vector<HelloPattern> hello = {};
  std::vector<DialoguePattern> dialogue = {};    // each suffices, whatever the hello
  std::vector<DialoguePattern> with_hello = {};  // each suffices together with one of `hello`
  std::vector<DialoguePattern> in_clear = {};    // each suffices where there was no hello at all
  Evidence evidence = Evidence::kMeasured;
  std::string change = {};  // one sentence; may be empty

  bool fits(const HelloShape& seen, const Habits& habits) const noexcept;

  bool operator==(const ClientRow&) const = default;
};

/// A value. Whoever has it may read it from any thread.
class ClientTable {
 public:
  ClientTable() = default;
  /// The site's own rows come before those that are shipped.
  ClientTable(std::vector<ClientRow> site, std::vector<ClientRow> shipped)
      : site_(std::move(site)), shipped_(std::move(shipped)) {}

  /// The first of the site's rows that fits; else what all that fit of the shipped ones agree on;
  /// else kUnknownClient. Lives as long as the table.
  std::string_view recognise(const HelloShape& hello, const Habits& habits) const noexcept;

  /// What is to be changed in the program of that name: the first sentence that there is, of the
  /// site's rows and then of the shipped ones. Empty when there is none.
  std::string_view change_for(std::string_view name) const noexcept;

 private:
  std::vector<ClientRow> site_;
  std::vector<ClientRow> shipped_;
};

}  // namespace postern::policy
