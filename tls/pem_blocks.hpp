// SPDX-License-Identifier: Apache-2.0
// The blocks of a PEM file by their labels: which of them are passed over, and the command that
// writes the file anew with those that belong there.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tls/doubt.hpp"

namespace postern::tls {

/// A block's place in its file, from 1.
using BlockNumber = std::size_t;

/// The blocks of a file, by what they are.
struct PemBlocks {
  std::vector<BlockNumber> certificates;
  std::vector<BlockNumber> key;  // the first, and its parameters before it
  std::size_t key_count = 0;     // of all
  std::vector<std::pair<BlockNumber, std::string>> others;  // and their labels

  /// As its BEGIN lines say, which tidy_pem() finds where they are.
  static PemBlocks of(std::string_view tidy_pem);
};

/// A file's name as one word for a shell.
std::string shell_word(std::string_view text);

/// A shell command that puts these blocks, in this order, into the file `path`; what was in it
/// before is beside it, in `path`.old.
std::string rewrite_command(const std::string& path, std::span<const BlockNumber> blocks);

/// A shell command that puts what another prints into the file that this one reads: `command` is
/// followed by "-in FILE". What was in it before is beside it, in `path`.old.
std::string convert_command(const std::string& path, std::string_view command);

/// What is said of blocks that nobody asked for, and of a second key; `fix` mends all of it.
std::vector<Doubt> doubts_about_blocks(const PemBlocks& blocks, const std::string& label,
                                       const std::string& fix);

}  // namespace postern::tls
