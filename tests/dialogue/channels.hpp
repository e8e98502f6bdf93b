// SPDX-License-Identifier: Apache-2.0
// Compares what a shell was asked to do with what a transcript expects, one channel at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/dialogue/transcript.hpp"

namespace postern::session_test {

enum class Channel : std::uint8_t { kNotes, kDeadlines };

/// Each throws std::runtime_error at the first difference. `lines` is kDownstream or kUpstream.
void check_bytes(std::span<const Step> expectations, StepKind lines, std::string_view actual);
void check_notes(std::span<const Step> expectations, Channel channel,
                 const std::vector<std::string>& actual);

[[noreturn]] void fail(const Step& step, std::string_view what, std::string_view actual);

}  // namespace postern::session_test
