// SPDX-License-Identifier: Apache-2.0
#include "conf/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "conf/credentials.hpp"
#include "conf/decode.hpp"
#include "conf/former_names.hpp"
#include "conf/meaning.hpp"
#include "conf/origins.hpp"
#include "conf/reading.hpp"
#include "conf/schema.hpp"
#include "conf/toml.hpp"
#include "tls/file.hpp"

namespace postern::conf {
namespace {

Diagnostics only(Mark mark, std::string text, std::string source_line) {
  return {{.severity = Severity::kError,
           .mark = mark,
           .text = std::move(text),
           .source_line = std::move(source_line)}};
}

Diagnostics too_large() { return only({}, fmt::format("is larger than {} bytes", kMaxFile), {}); }

}  // namespace

Mark mark_of(const Document& document, std::string_view key) noexcept {
  const auto found = std::ranges::find(document.origins, key, &Origin::key);
  return found == document.origins.end() ? Mark{} : found->mark;
}

Diagnostic about(const Document& document, Severity severity, Mark mark, std::string text) {
  return {.severity = severity,
          .mark = mark,
          .text = std::move(text),
          .source_line = Lines(document.source).at(mark.line)};
}

Diagnostic about(const Document& document, Mark mark, Advice advice) {
  std::string text = std::move(advice.what);
  if (!advice.fix.empty()) text += "; " + advice.fix;
  Diagnostic warning = about(document, Severity::kWarning, mark, std::move(text));
  warning.check = std::move(advice.check);
  warning.fix = std::move(advice.fix);
  return warning;
}

std::expected<Document, Diagnostics> read_text(std::string_view text, std::string file) {
  if (text.size() > kMaxFile) {
    return std::unexpected(too_large());
  }
  std::expected<Value, SyntaxError> root = parse_toml(text);
  if (!root) {
    const SyntaxError& error = root.error();
    return std::unexpected(only(error.mark, error.text, Lines(text).at(error.mark.line)));
  }
  Reading reading(text);
  take_former_names(*root, former_names(), reading.report);
  decode(*root, schema(), reading);
  check_meaning(reading);
  Diagnostics diagnostics = reading.report.sorted();
  if (has_errors(diagnostics)) return std::unexpected(std::move(diagnostics));
  std::vector<Origin> origins = origins_of(reading, schema());
  return Document{.file = std::move(file),
                  .source = std::string(text),
                  .settings = std::move(reading.settings),
                  .warnings = std::move(diagnostics),
                  .origins = std::move(origins)};
}

std::expected<Document, Diagnostics> read_file(const std::string& path) {
  const std::expected<std::string, tls::FileFault> text = tls::read_file(path, kMaxFile);
  if (text) {
    auto document = read_text(*text, path);
    if (document) resolve_credentials(document->settings.live, credentials_directory());
    return document;
  }
  if (text.error().number == EFBIG) return std::unexpected(too_large());
  return std::unexpected(only({}, fmt::format("cannot be read: {}", text.error().why), {}));
}

}  // namespace postern::conf
