// SPDX-License-Identifier: Apache-2.0
// The first bytes that somebody says: who it is does not depend on how reads fall, a PROXY header
// of either version is known at both kinds of door, and no POP3 command is taken for anything else.
#include <algorithm>
#include <string>
#include <string_view>

#include "proxy/pop3/command.hpp"
#include "proxy/pop3/foreign.hpp"
#include "proxy/pop3/line_splitter.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/promise.hpp"

namespace {

using postern::fuzz::Input;
using postern::fuzz::promise;
using namespace postern::pop3;  // NOLINT(google-build-using-namespace): a fuzz target

constexpr std::size_t kBound = 512;  // of a line
constexpr std::string_view kProxyV1 = "PROXY ";
constexpr std::string_view kProxyV2("\r\n\r\n\0\r\nQUIT\n", 12);

void check_line(const Line& line, Stranger stranger) {
  const bool good = line.form == LineForm::kGood;
  if (good && parse_command(line.text).verb != Verb::kUnknown) {
    promise(stranger == Stranger::kNone, "a POP3 command is no stranger's");
  }
  promise((stranger == Stranger::kNone) == name_of(stranger).empty(), "a stranger has a name");
}

// A door that begins in clear: the lines are judged until one tells.
Stranger at_clear_door(std::string_view bytes, Input* splits) {
  LineSplitter splitter(LongLine::kAtOnce, BareLf::kTaken);
  FirstLine first;
  while (!bytes.empty()) {
    const std::size_t size = splits == nullptr ? bytes.size() : 1 + splits->below(bytes.size());
    const std::string block(bytes.substr(0, size));
    std::string_view rest = block;
    Line line;
    while (splitter.next(rest, kBound, line)) {
      const Stranger stranger = first.judge(line.text);
      check_line(line, stranger);
      if (stranger != Stranger::kNone) return stranger;
    }
    bytes.remove_prefix(size);
  }
  return first.forbids(splitter.partial()) ? Stranger::kTls : Stranger::kNone;
}

// A door that begins with TLS: whatever has come is judged, and more of it changes nothing.
void check_tls_door(std::string_view bytes, std::size_t size) {
  const Stranger told = stranger_in(bytes.substr(0, size));
  const bool by_its_beginning = told != Stranger::kNone && told != Stranger::kImap;
  if (by_its_beginning) promise(stranger_in(bytes) == told, "who is known stays known");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::size_t begun = input.below(64);
  const std::string_view bytes = input.rest();
  Input splits(data, size);
  const Stranger whole = at_clear_door(bytes, nullptr);
  promise(at_clear_door(bytes, &splits) == whole, "the outcome does not depend on how reads fall");
  check_tls_door(bytes, std::min(begun, bytes.size()));

  const bool v1 = bytes.starts_with(kProxyV1) && bytes.substr(0, kBound).contains('\n');
  if (v1 || bytes.starts_with(kProxyV2)) {
    promise(whole == Stranger::kProxy, "a PROXY header is known where the door begins in clear");
    promise(stranger_in(bytes) == Stranger::kProxy, "and where it begins with TLS");
  }
  return 0;
}
