// SPDX-License-Identifier: Apache-2.0
// Plays a transcript against a dialogue, with its reads cut in one of three ways.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/dialogue/transcript.hpp"

namespace postern::session_test {

enum class Cut : std::uint8_t { kWhole, kBytes, kRandom };

/// When a login is admitted: as soon as the dialogue has returned, or only when everything that can
/// happen before it has happened.
enum class Admitting : std::uint8_t { kAtOnce, kLate };

struct Mode {
  Cut cut = Cut::kWhole;
  std::uint64_t seed = 0;  // of kRandom
  Admitting admitting = Admitting::kAtOnce;
};

/// Empty when everything went as the transcript says; else what did not, with the transcript's
/// name, the mode and the step.
std::optional<std::string> play(const Transcript& transcript, Mode mode);

}  // namespace postern::session_test
