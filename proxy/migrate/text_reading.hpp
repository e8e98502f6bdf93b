// SPDX-License-Identifier: Apache-2.0
// One reading of a program's file and of those that it includes: how many settings there may be,
// how deep files and blocks may be nested, and what becomes of a file that cannot be read.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/migrate/directive.hpp"
#include "proxy/migrate/files.hpp"

namespace postern::migrate {

class TextReading {
 public:
  virtual ~TextReading() = default;
  TextReading(const TextReading&) = delete;
  TextReading& operator=(const TextReading&) = delete;

  /// What a text holds, with that of the files that it includes. `file` is its name.
  [[nodiscard]] std::expected<Directives, Refusal> whole(std::string_view text,
                                                         const std::string& file);

 protected:
  enum class Missing { kNoted, kPassedOver };

  /// `program` is what the file is said to be of. Both must outlive the reading.
  TextReading(std::string_view program, Files& files) noexcept : program_(program), files_(files) {}

  /// One file, at a depth of files and blocks, into the block that includes it.
  virtual std::optional<Refusal> read(std::string_view text, const std::string& file,
                                      std::size_t depth, Directives& into) = 0;

  /// The files that a pattern names. One that cannot be read becomes the directive `include`, with
  /// the reason as its second value, unless it is passed over.
  std::optional<Refusal> include(const std::string& pattern, const Origin& at, std::size_t depth,
                                 Directives& into, Missing missing = Missing::kNoted);

  /// Whether there may be one more setting.
  bool takes_one_more() noexcept { return ++count_ <= kMostDirectives; }
  Refusal refuse(Origin at, std::string_view why) const;

 private:
  std::string_view program_;
  Files& files_;
  std::size_t count_ = 0;
};

}  // namespace postern::migrate
