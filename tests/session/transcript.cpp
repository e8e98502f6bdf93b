#include "tests/session/transcript.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "tests/session/escapes.hpp"

namespace postern::session_test {
namespace {

using policy::Mechanism;

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

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    if (space != 0) words.emplace_back(text.substr(0, space));
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return words;
}

std::pair<std::string_view, std::string_view> cut_at(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) throw std::runtime_error("no value: " + std::string(text));
  std::string_view value = text.substr(at + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  return {text.substr(0, at), value};
}

Mechanism mechanism_from(std::string_view word) {
  if (word == "USER") return Mechanism::kUser;
  const auto mechanism = policy::sasl_mechanism_from(word);
  if (!mechanism) throw std::runtime_error("unknown mechanism " + std::string(word));
  return *mechanism;
}

policy::CommandSet commands_from(std::string_view text) {
  if (text == "read-only") return policy::kReadOnlyCommands;
  policy::CommandSet commands;
  for (const std::string& word : words_of(text)) {
    std::size_t which = 0;
    while (which < policy::kCommandCount && name_of(static_cast<policy::Command>(which)) != word) {
      ++which;
    }
    if (which == policy::kCommandCount) throw std::runtime_error("unknown command " + word);
    commands.add(static_cast<policy::Command>(which));
  }
  return commands;
}

policy::CapabilitySet capabilities_from(std::string_view text) {
  policy::CapabilitySet capabilities;
  for (const std::string& word : words_of(text)) {
    const auto capability = policy::capability_from(word);
    if (!capability) throw std::runtime_error("unknown capability " + word);
    capabilities.add(*capability);
  }
  return capabilities;
}

void set_limits(pop3::Terms& terms, std::string_view text) {
  for (const std::string& word : words_of(text)) {
    const auto [name, value] = cut_at(word, '=');
    const auto number = static_cast<std::uint32_t>(std::stoul(std::string(value)));
    if (name == "max_bad_commands") {
      terms.max_bad_commands = number;
    } else if (name == "max_login_attempts") {
      terms.max_login_attempts = number;
    } else if (name == "max_command_bytes") {
      terms.max_command_bytes = number;
    } else if (name == "max_auth_bytes") {
      terms.max_auth_bytes = number;
    } else {
      throw std::runtime_error("unknown limit " + word);
    }
  }
}

bool choose(std::string_view value, std::string_view no, std::string_view yes) {
  if (value != no && value != yes) throw std::runtime_error("unknown word " + std::string(value));
  return value == yes;
}

void set_header(Transcript& transcript, std::string_view line) {
  const auto [key, value] = cut_at(line, ':');
  pop3::Terms& terms = transcript.terms;
  if (key == "link") {
    transcript.link =
        choose(value, "plaintext", "tls") ? policy::Link::kTls : policy::Link::kPlaintext;
  } else if (key == "stls") {
    terms.stls = choose(value, "absent", "offered") ? pop3::Stls::kOffered : pop3::Stls::kAbsent;
  } else if (key == "level") {
    const auto level = policy::level_from(value);
    if (!level) throw std::runtime_error("unknown level");
    terms.rules = policy::Rules(*level);
  } else if (key == "mechanisms") {
    terms.mechanisms.clear();
    for (const std::string& word : words_of(value)) {
      terms.mechanisms.push_back(mechanism_from(word));
    }
  } else if (key == "limits") {
    set_limits(terms, value);
  } else if (key == "greeting") {
    terms.greeting = value;
  } else if (key == "advice") {
    terms.advice = value;
  } else if (key == "commands") {
    terms.commands = commands_from(value);
  } else if (key == "capabilities") {
    if (value != "auto") terms.capabilities = capabilities_from(value);
  } else if (key == "learned") {
    terms.learned = std::make_shared<pop3::LearnedCapabilities>();
    if (value != "nothing") terms.learned->learn(capabilities_from(value));
  } else if (key == "error-text") {
    terms.error_text =
        choose(value, "replace", "pass") ? pop3::ErrorText::kPass : pop3::ErrorText::kReplace;
  } else if (key == "begin") {
    transcript.logged_in = choose(value, "greeting", "logged-in");
  } else if (key == "deadlines") {
    transcript.deadlines = choose(value, "hidden", "shown");
  } else {
    throw std::runtime_error("unknown header " + std::string(key));
  }
}

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
  transcript.terms.mechanisms = {Mechanism::kUser, Mechanism::kPlain, Mechanism::kLogin};
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
