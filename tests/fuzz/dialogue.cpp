// SPDX-License-Identifier: Apache-2.0
// Whole sessions of a hostile client and a hostile backend; every byte is a decision, and the
// oracle of the property test is the judge.
#include "tests/dialogue/gauntlet.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/promise.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using postern::fuzz::Input;
  Input input(data, size);
  postern::session_test::Gauntlet gauntlet([&](std::size_t bound) { return input.below(bound); });
  while (!input.empty() && gauntlet.step()) {
  }
  postern::fuzz::promise(gauntlet.broken().empty(), gauntlet.broken());
  return 0;
}
