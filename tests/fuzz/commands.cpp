// SPDX-License-Identifier: Apache-2.0
// The client's bytes up to a command: the splitter gives the same lines however reads fall, and
// what is taken from a line goes upstream in canonical form or not at all.
#include <string>
#include <utility>
#include <vector>

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/exposure.hpp"
#include "proxy/pop3/foreign.hpp"
#include "proxy/pop3/line_splitter.hpp"
#include "proxy/pop3/transaction.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/promise.hpp"

namespace {

using postern::fuzz::Input;
using postern::fuzz::promise;
using namespace postern::pop3;  // NOLINT(google-build-using-namespace): a fuzz target

using Lines = std::vector<std::pair<LineForm, std::string>>;

const ClientTerms kTerms = [] {
  ClientTerms terms;
  terms.commands.add(postern::policy::Command::kLang);
  return terms;
}();

void check_upstream(const Line& line) {
  std::string upstream;
  const Request request = take_request(line, kTerms, upstream);
  promise(upstream.empty() == is_own(request.answer), "forwarded or answered, not both");
  if (upstream.empty()) return;
  promise(line.form == LineForm::kGood, "only a good line goes on");
  promise(upstream.ends_with("\r\n"), "a command upstream ends with CRLF");
  const auto text = std::string_view(upstream).substr(0, upstream.size() - 2);
  promise(all_printable(text), "a command upstream is printable ASCII");
  std::string again;
  take_request({LineForm::kGood, text}, kTerms, again);
  promise(again == upstream, "the canonical form is its own canonical form");
}

// As a command, and as the response to what it may have begun.
void check_exposure(std::string_view text) {
  Exposure exposure;
  for (int turn = 0; turn < 2; ++turn) {
    const Exposure::Sight sight = exposure.see(text);
    const auto shown = exposure.take();
    promise(shown.has_value() == (sight == Exposure::Sight::kSecret), "what is seen is shown");
    promise(!has_control(exposure.name()), "a name holds no control byte");
    promise(!shown || !has_control(shown->credential.password.reveal()), "nor does a password");
  }
}

void check_line(const Line& line) {
  stranger_in(line.text);
  check_exposure(line.text);
  check_upstream(line);
  if (line.form == LineForm::kTooLong) return;
  promise(line.text.find('\n') == std::string_view::npos, "a line holds no LF");
  if (line.form != LineForm::kGood) return;
  promise(line.text.find('\r') == std::string_view::npos, "a good line holds no CR");
  promise(line.text.find('\0') == std::string_view::npos, "a good line holds no NUL");
  const Command command = parse_command(line.text);
  if (command.argument) {
    const std::string_view text = line.text;
    const std::string_view rest =
        text.substr(static_cast<std::size_t>(command.argument->data() - text.data()));
    promise(rest.starts_with(*command.argument), "an argument lies in its line");
    promise(rest.find_first_not_of(' ', command.argument->size()) == std::string_view::npos,
            "nothing but blanks stands behind an argument");
    promise(command.verb != Verb::kPass || rest == *command.argument,
            "a password is the rest of its line");
  }
}

Lines lines_of(std::string_view bytes, std::size_t bound, LongLine mode, BareLf bare_lf,
               Input* splits) {
  LineSplitter splitter(mode, bare_lf);
  Lines lines;
  while (!bytes.empty()) {
    const std::size_t size = splits == nullptr ? bytes.size() : 1 + splits->below(bytes.size());
    // A block of its own, so that reading beyond it is seen.
    const std::vector<char> block(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    std::string_view rest(block.data(), block.size());
    Line line;
    while (splitter.next(rest, bound, line)) {
      check_line(line);
      lines.emplace_back(line.form, line.text);
    }
    promise(splitter.partial().size() <= bound, "what is kept is bounded");
    bytes.remove_prefix(size);
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const LongLine mode = input.below(2) == 0 ? LongLine::kAtOnce : LongLine::kAtItsEnd;
  const std::size_t bound = 2 + input.below(600);
  const std::string_view bytes = input.rest();
  Input splits(data, size);
  for (const BareLf bare_lf : {BareLf::kTaken, BareLf::kTold}) {
    promise(lines_of(bytes, bound, mode, bare_lf, nullptr) ==
                lines_of(bytes, bound, mode, bare_lf, &splits),
            "the outcome does not depend on how reads fall");
  }
  return 0;
}
