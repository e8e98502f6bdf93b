// SPDX-License-Identifier: Apache-2.0
// The transcripts' own format: what it takes, and what it refuses to take.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/dialogue/escapes.hpp"
#include "tests/dialogue/link_queue.hpp"
#include "tests/dialogue/player.hpp"

namespace postern::session_test {
namespace {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "transcripts-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

std::optional<std::string> play_text(std::string_view text) {
  return play(parse_transcript("text", text), {});
}

}  // namespace

TEST_CASE("an empty folder is no success") {
  const TemporaryFolder folder;
  CHECK_THROWS(load_transcripts(folder.path()));
  std::ofstream(folder.path() / "notes.txt") << "\nS: +OK POP3 ready\n";
  CHECK_THROWS(load_transcripts(folder.path()));
  std::ofstream(folder.path() / "a.transcript") << "\nS: +OK POP3 ready\n";
  CHECK(load_transcripts(folder.path()).size() == 1);
  std::ofstream(folder.path() / "b.transcript") << "\nC: QUIT\n";
  CHECK_THROWS(load_transcripts(folder.path()));
}

TEST_CASE("escapes") {
  CHECK(unescape("a\\r\\n\\t\\0\\\\b") == std::string("a\r\n\t\0\\b", 7));
  CHECK(unescape("\\x41\\xff") == "A\xff");
  CHECK(unescape("\\{ab*3}\\{\\r*2}") == "ababab\r\r");
  for (const char* bad : {"\\", "\\q", "\\x4", "\\xzz", "\\{a*2", "\\{a2}", "\\{a*b}"}) {
    INFO(bad);
    CHECK_THROWS(unescape(bad));
  }
  CHECK(escape("a\r\n\x01\xff") == "a\\r\\n\\x01\\xFF");
}

TEST_CASE("a text that is not a transcript is refused") {
  for (const char* bad :
       {"", "\n", "\nC: QUIT\n", "link: carrier pigeon\n\nS: +OK\n", "unknown: 1\n\nS: +OK\n",
        "limits: max_hope=1\n\nS: +OK\n", "mechanisms: GUESS\n\nS: +OK\n",
        "level: some\n\nS: +OK\n", "\nX: what\nS: +OK\n", "\nC+: \\q\nS: +OK\n",
        "header without colon\n\nS: +OK\n"}) {
    INFO(bad);
    CHECK_THROWS(parse_transcript("bad", bad));
  }
}

TEST_CASE("a conversation that goes otherwise is a mismatch") {
  CHECK_FALSE(play_text("\nS: +OK POP3 ready\n"));
  CHECK_FALSE(play_text("\nS: +OK POP…\n"));
  CHECK_FALSE(play_text("\nS+: +OK POP3 ready\\r\\n\n"));
  CHECK(play_text("\nS: +OK POP3 read\n"));
  CHECK(play_text("\nS: -ERR…\n"));
  CHECK(play_text("\nS+: +OK POP3 ready\n"));
  CHECK(play_text("\nS: +OK POP3 ready\nS: +OK\n"));
  CHECK(play_text("\nS: +OK POP3 ready\n! connect\n"));
  CHECK(play_text("\nS: +OK POP3 ready\nB> USER a\n"));
  CHECK(play_text("\nS: +OK POP3 ready\n? phase relaying\n"));
  CHECK(play_text("\nS: +OK POP3 ready\n? mood good\n"));
  CHECK(play_text("\nS: +OK POP3 ready\n\n+ rain\nS: +OK\n"));
  CHECK(play_text("\nS: +OK POP3 ready\n\nC: QUIT\nS: +OK bye\n"));
  CHECK(play_text("begin: logged-in\n\nS: +OK\n"));
}

TEST_CASE("deadlines are compared where a transcript shows them") {
  CHECK_FALSE(play_text("deadlines: shown\n\nS: +OK POP3 ready\n! deadline login\n"));
  CHECK(play_text("deadlines: shown\n\nS: +OK POP3 ready\n"));
  CHECK(play_text("deadlines: shown\n\nS: +OK POP3 ready\n! deadline connect\n"));
}

TEST_CASE("input that nobody takes is a mismatch") {
  CHECK(
      play_text("\nS: +OK POP3 ready\n\n+ block downstream\nC: NOOP\nS: -ERR log in first\n\n"
                "C: NOOP\n? phase authorization\n"));
}

TEST_CASE("a mismatch names transcript, mode, seed and line") {
  const auto transcript = parse_transcript("greeting", "# one\n\nS: +OK hello\n");
  CHECK(play(transcript, {Cut::kRandom, 17}).value() ==
        "greeting (random splits, seed 17): line 3: expected \"+OK hello\", it is "
        "\"+OK POP3 ready\"");
  CHECK(play(transcript, {Cut::kBytes}).value().starts_with("greeting (byte by byte): "));
  CHECK(play(transcript, {}).value().starts_with("greeting (whole): "));
}

TEST_CASE("reads are cut as the mode says, and nothing is lost") {
  std::mt19937_64 random(1);
  const std::string text(1000, 'x');
  for (const Cut cut : {Cut::kWhole, Cut::kBytes, Cut::kRandom}) {
    LinkQueue queue;
    queue.add(text, cut, random);
    std::size_t reads = 0;
    std::string all;
    for (; !queue.empty(); ++reads) all += std::get<std::string>(queue.take());
    CHECK(all == text);
    CHECK(reads >= (cut == Cut::kWhole ? 1 : 2));
    CHECK(reads <= (cut == Cut::kWhole ? 1 : text.size()));
  }
}

}  // namespace postern::session_test
