// SPDX-License-Identifier: Apache-2.0
#include "tests/dialogue/channels.hpp"

#include <stdexcept>

#include "tests/dialogue/escapes.hpp"

namespace postern::session_test {
namespace {

StepKind raw_of(StepKind lines) noexcept {
  return lines == StepKind::kDownstream ? StepKind::kDownstreamRaw : StepKind::kUpstreamRaw;
}

std::string_view name_of(StepKind lines) noexcept {
  return lines == StepKind::kDownstream ? "downstream" : "upstream";
}

// Takes what the step expects from the front.
void take_expected(const Step& step, StepKind lines, std::string_view& actual) {
  if (step.kind == raw_of(lines)) {
    if (!actual.starts_with(step.text)) fail(step, "it is", actual);
    actual.remove_prefix(step.text.size());
    return;
  }
  const std::size_t end = actual.find("\r\n");
  if (end == std::string_view::npos) fail(step, "there is no whole line but", actual);
  const std::string_view line = actual.substr(0, end);
  if (step.open_ended ? !line.starts_with(step.text) : line != step.text) {
    fail(step, "it is", line);
  }
  actual.remove_prefix(end + 2);
}

}  // namespace

void fail(const Step& step, std::string_view what, std::string_view actual) {
  std::string message = "line " + std::to_string(step.line) + ": expected \"";
  message.append(escape(step.text)).append(step.open_ended ? "…\", " : "\", ").append(what);
  message.append(" \"").append(escape(actual)).append("\"");
  throw std::runtime_error(message);
}

void check_bytes(std::span<const Step> expectations, StepKind lines, std::string_view actual) {
  std::size_t last_line = 0;
  for (const Step& step : expectations) {
    last_line = step.line;
    if (step.kind == lines || step.kind == raw_of(lines)) take_expected(step, lines, actual);
  }
  if (actual.empty()) return;
  throw std::runtime_error("line " + std::to_string(last_line) + ": unexpected bytes " +
                           std::string(name_of(lines)) + ": \"" + escape(actual) + "\"");
}

void check_notes(std::span<const Step> expectations, Channel channel,
                 const std::vector<std::string>& actual) {
  std::size_t next = 0;
  std::size_t last_line = 0;
  for (const Step& step : expectations) {
    last_line = step.line;
    if (step.kind != StepKind::kNote) continue;
    const bool of_deadline = step.text.starts_with("deadline ");
    if (of_deadline != (channel == Channel::kDeadlines)) continue;
    if (next == actual.size()) fail(step, "there was", "nothing");
    if (actual[next] != step.text) fail(step, "it was", actual[next]);
    ++next;
  }
  if (next == actual.size()) return;
  throw std::runtime_error("line " + std::to_string(last_line) + ": unexpected: " + actual[next]);
}

}  // namespace postern::session_test
