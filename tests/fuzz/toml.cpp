// SPDX-License-Identifier: Apache-2.0
// A configuration, or a table of mail programs: whatever the file holds, there is a document that
// can be printed and read again, or rows, or a list of faults that can be shown on a terminal.
#include <algorithm>
#include <string>

#include "conf/client_rows.hpp"
#include "conf/print.hpp"
#include "conf/reader.hpp"
#include "tests/fuzz/promise.hpp"

namespace {

using postern::fuzz::promise;
using namespace postern::conf;  // NOLINT(google-build-using-namespace): a fuzz target

void check_faults(const Diagnostics& faults, std::size_t lines) {
  for (const Diagnostic& fault : faults) {
    promise(!fault.text.empty(), "a fault has words");
    promise(fault.mark.line <= lines + 1, "a fault stands in a line of the file");
    const std::string shown = render(fault, "postern.toml");
    promise(std::ranges::count(shown, '\n') == (fault.source_line.empty() ? 1 : 3),
            "a fault takes one line, or three");
    promise(
        std::ranges::none_of(
            shown,
            [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; }),
        "no control byte reaches a terminal");
  }
}

void check_client_rows(const std::string& text, std::size_t lines) {
  const auto rows = read_client_rows(text);
  if (!rows) {
    promise(has_errors(rows.error()), "who is refused is told why");
    return check_faults(rows.error(), lines);
  }
  promise(rows->rows.size() <= kMaxClients, "a table has its bounds");
  const postern::policy::ClientTable table(rows->rows, {});
  promise(!table.recognise({}, {}).empty(), "every program has a name");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  check_client_rows(text, lines);
  const auto document = read_text(text, "postern.toml");
  if (!document) {
    promise(has_errors(document.error()), "who is refused is told why");
    check_faults(document.error(), lines);
    return 0;
  }
  promise(!has_errors(document->warnings), "what is taken has no errors");
  check_faults(document->warnings, lines);
  const auto again = read_text(effective_toml(*document), "effective.toml");
  promise(again.has_value(), "what is in force can be read again");
  promise(again->settings == document->settings, "and means the same");
  return 0;
}
