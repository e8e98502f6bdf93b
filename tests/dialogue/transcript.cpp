// SPDX-License-Identifier: Apache-2.0
#include "tests/dialogue/transcript.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "tests/dialogue/escapes.hpp"
#include "tests/dialogue/header.hpp"

namespace postern::session_test {
namespace {

enum class Ending : std::uint8_t { kNone, kCrLf, kMayBeOpen };

struct Marker {
  std::string_view text;
  StepKind kind;
  Ending ending;
};

constexpr std::array<Marker, 12> kMarkers = {{
    {"C:", StepKind::kClient, Ending::kCrLf},
    {"C+:", StepKind::kClient, Ending::kNone},
    {"C=:", StepKind::kClientPinned, Ending::kNone},
    {"B<", StepKind::kBackend, Ending::kCrLf},
    {"B<+", StepKind::kBackend, Ending::kNone},
    {"B<=", StepKind::kBackendPinned, Ending::kNone},
    {"+", StepKind::kEvent, Ending::kNone},
    {"S:", StepKind::kDownstream, Ending::kMayBeOpen},
    {"S+:", StepKind::kDownstreamRaw, Ending::kNone},
    {"B>", StepKind::kUpstream, Ending::kMayBeOpen},
    {"B>+", StepKind::kUpstreamRaw, Ending::kNone},
    {"!", StepKind::kNote, Ending::kNone},
}};

Step step_from(std::string_view line) {
  constexpr std::string_view kOpenEnd = "…";
  const std::size_t space = line.find(' ');
  const std::string_view marker = line.substr(0, space);
  std::string_view text =
      space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  if (marker == "?") return {StepKind::kState, std::string(text)};
  const auto* found = std::ranges::find(kMarkers, marker, &Marker::text);
  if (found == kMarkers.end()) throw std::runtime_error("unknown step " + std::string(line));
  Step step{found->kind, {}};
  if (found->ending == Ending::kMayBeOpen && text.ends_with(kOpenEnd)) {
    step.open_ended = true;
    text.remove_suffix(kOpenEnd.size());
  }
  step.text = unescape(text);
  if (found->ending == Ending::kCrLf) step.text += "\r\n";
  return step;
}

void take_line(Transcript& transcript, std::string_view line, bool& in_header) {
  if (line.starts_with('#')) return;
  if (line.empty()) {
    // The first blank line behind a header ends it; all others only make it easier to read.
    in_header = false;
  } else if (in_header) {
    set_header(transcript, line);
  } else {
    transcript.steps.push_back(step_from(line));
  }
}

}  // namespace

bool is_input(StepKind kind) noexcept { return kind <= StepKind::kEvent; }

Transcript parse_transcript(std::string name, std::string_view text) {
  Transcript transcript;
  transcript.name = std::move(name);
  transcript.terms.advice = pop3::default_advice("", "");
  bool in_header = true;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::size_t steps = transcript.steps.size();
    try {
      take_line(transcript, text.substr(0, end), in_header);
    } catch (const std::exception& error) {
      throw std::runtime_error(transcript.name + ":" + std::to_string(number) + ": " +
                               error.what());
    }
    if (transcript.steps.size() > steps) transcript.steps.back().line = number;
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  transcript.terms.rules = policy::Rules(transcript.base, transcript.exceptions);
  const bool expects =
      std::ranges::any_of(transcript.steps, [](const Step& step) { return !is_input(step.kind); });
  if (!expects) throw std::runtime_error(transcript.name + ": expects nothing");
  return transcript;
}

std::vector<Transcript> load_transcripts(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".transcript") paths.push_back(entry.path());
  }
  if (paths.empty()) throw std::runtime_error("no transcript in " + folder.string());
  std::ranges::sort(paths);
  std::vector<Transcript> transcripts;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    transcripts.push_back(parse_transcript(path.stem().string(), text));
  }
  return transcripts;
}

}  // namespace postern::session_test
