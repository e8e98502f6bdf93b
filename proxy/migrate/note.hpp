// SPDX-License-Identifier: Apache-2.0
// What is to be told about another program's settings: where, what, and why.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace postern::migrate {

/// A line of a file. Lines count from 1; 0 is no particular one.
struct Origin {
  std::string file;  // as it was named
  std::uint32_t line = 0;

  bool operator==(const Origin&) const = default;
};

enum class Regard {
  kLeftOut,  // it has no counterpart in the result
  kLookAt,   // it has one, at which a person should look
};

struct Note {
  Origin at;
  std::string what;  // the setting, without anything secret
  std::string why;
  Regard regard = Regard::kLeftOut;

  bool operator==(const Note&) const = default;
};

using Notes = std::vector<Note>;

/// Why there is no result at all.
struct Refusal {
  enum class Kind {
    kUnreadable,  // a file
    kNoSuchFile,  // it is not what it was said to be
  };
  Kind kind = Kind::kNoSuchFile;
  Origin at;
  std::string why;
};

/// "FILE:LINE: WHAT: not mapped: WHY", fit for a terminal, without a newline.
std::string text_of(const Note& note);
std::string text_of(const Refusal& refusal);

}  // namespace postern::migrate
