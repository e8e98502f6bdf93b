// SPDX-License-Identifier: Apache-2.0
// Another program's settings: whatever the file holds, there is a configuration that postern takes,
// or a reason; and what is told of it can be shown on a terminal.
#include <algorithm>
#include <string>

#include "conf/reader.hpp"
#include "proxy/migrate/import.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/promise.hpp"

namespace {

using namespace postern::migrate;  // NOLINT(google-build-using-namespace): a fuzz target
using postern::fuzz::promise;

bool is_one_line(const std::string& text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

}  // namespace

// The last byte chooses the program.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  postern::fuzz::Input input(data, size);
  const auto program = static_cast<Program>(input.below(program_names().size()));
  const auto imported = import_settings({.program = program,
                                         .file = "/nowhere/settings",
                                         .bytes = std::string(input.rest()),
                                         .popmap = {}});
  if (!imported) {
    promise(!imported.error().why.empty(), "who is refused is told why");
    promise(is_one_line(text_of(imported.error())), "a refusal is one line");
    return 0;
  }
  promise(postern::conf::read_text(imported->toml, "postern.toml").has_value(),
          "what comes out is a configuration");
  for (const Note& note : imported->notes) {
    promise(!note.why.empty(), "a note has a reason");
    promise(is_one_line(text_of(note)), "a note is one line");
  }
  return 0;
}
