// SPDX-License-Identifier: Apache-2.0
// Every file in valid/ and invalid/ begins with the diagnostics that it must get, all of them, in
// comments: "# error 14:1: TEXT", "# warning 9:11: TEXT", "# error: TEXT" without a place.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "conf/print.hpp"
#include "conf/reader.hpp"

namespace postern::conf {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = POSTERN_SOURCE_DIR;

std::string contents_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kRoot / folder)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> expected_in(const std::string& text) {
  std::vector<std::string> expected;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.starts_with("# error") && !line.starts_with("# warning")) break;
    expected.push_back(line.substr(2));
  }
  return expected;
}

std::vector<std::string> as_written(const Diagnostics& diagnostics) {
  std::vector<std::string> lines;
  for (const Diagnostic& one : diagnostics) {
    std::string line = one.severity == Severity::kError ? "error" : "warning";
    if (one.mark.line != 0) {
      line += ' ' + std::to_string(one.mark.line) + ':' + std::to_string(one.mark.column);
    }
    lines.push_back(line + ": " + one.text);
  }
  return lines;
}

void check_reading_again(const Document& document) {
  const std::string text = effective_toml(document);
  INFO(text);
  const auto again = read_text(text, "effective.toml");
  REQUIRE(again.has_value());
  CHECK(again->settings == document.settings);
  CHECK(as_written(again->warnings).size() == document.warnings.size());
}

}  // namespace

TEST_CASE("invalid files get exactly the diagnostics that they announce") {
  const std::vector<fs::path> files = files_in("tests/conf/invalid");
  REQUIRE(files.size() >= 60);
  for (const fs::path& path : files) {
    INFO(path.filename());
    const auto document = read_file(path.string());
    REQUIRE_FALSE(document.has_value());
    CHECK(as_written(document.error()) == expected_in(contents_of(path)));
    CHECK(has_errors(document.error()));
  }
}

TEST_CASE("valid files get exactly the warnings that they announce") {
  const std::vector<fs::path> files = files_in("tests/conf/valid");
  REQUIRE(files.size() >= 12);
  for (const fs::path& path : files) {
    INFO(path.filename());
    const auto document = read_file(path.string());
    if (!document) FAIL(as_written(document.error()).front());
    CHECK(as_written(document->warnings) == expected_in(contents_of(path)));
  }
}

// Never changed, only added to: a year's files are what somebody may still have.
TEST_CASE("what could be written in earlier years is still taken") {
  std::size_t files = 0;
  for (const auto& year : fs::directory_iterator(kRoot / "tests/conf/kept")) {
    for (const fs::path& path : files_in(year.path())) {
      INFO(path);
      const auto document = read_file(path.string());
      if (!document) FAIL(as_written(document.error()).front());
      ++files;
    }
  }
  CHECK(files >= 13);
}

TEST_CASE("what is in force can be read again and means the same") {
  for (const fs::path& path : files_in("tests/conf/valid")) {
    INFO(path.filename());
    const auto document = read_file(path.string());
    REQUIRE(document.has_value());
    check_reading_again(*document);
  }
}

TEST_CASE("the shipped configuration and the examples have no fault") {
  std::vector<fs::path> files = files_in("conf/examples");
  REQUIRE(files.size() >= 2);
  files.push_back(kRoot / "conf/postern.toml");
  for (const fs::path& path : files) {
    INFO(path);
    const auto document = read_file(path.string());
    if (!document) FAIL(as_written(document.error()).front());
    CHECK(document->warnings.empty());
    check_reading_again(*document);
  }
}

TEST_CASE("every diagnostic can be shown on lines of its own") {
  for (const fs::path& path : files_in("tests/conf/invalid")) {
    INFO(path.filename());
    const auto document = read_file(path.string());
    REQUIRE_FALSE(document.has_value());
    for (const Diagnostic& one : document.error()) {
      const std::string shown = render(one, "postern.toml");
      CHECK(std::ranges::count(shown, '\n') == (one.source_line.empty() ? 1 : 3));
      CHECK(std::ranges::none_of(shown, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
      }));
    }
  }
}

}  // namespace postern::conf
