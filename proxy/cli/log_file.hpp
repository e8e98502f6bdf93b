// SPDX-License-Identifier: Apache-2.0
// A file of a log as a stream of bytes: as it is, or unpacked where gzip has packed it, whatever
// its name is. Bounded memory.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/report/gunzip.hpp"

namespace postern::cli {

class LogFile {
 public:
  /// "-" is standard input.
  explicit LogFile(const std::string& path);

  /// The next bytes, which hold until the next call; empty at the end, be it of the file or of what
  /// can be read of it.
  std::string_view next();

  /// Why there is nothing more, or not all; empty where all was read.
  const std::string& trouble() const noexcept { return trouble_; }
  /// errno's number for what cannot be opened or read, else 0.
  int error() const noexcept { return error_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept {
      if (file != stdin) std::fclose(file);
    }
  };

  bool fill();
  std::string_view unpack();
  std::string_view give_up(std::string trouble);

  std::unique_ptr<std::FILE, Close> file_;
  std::vector<char> read_;
  std::string_view unused_;  // of what was read
  std::vector<char> unpacked_;
  std::unique_ptr<report::Gunzip> gunzip_;  // where it is packed
  std::string trouble_;
  int error_ = 0;
  bool begun_ = false;
};

}  // namespace postern::cli
