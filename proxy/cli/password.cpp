// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/password.hpp"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>

#include "proxy/pop3/sasl.hpp"

namespace postern::cli {
namespace {

constexpr std::size_t kLongest = 1024;

// While one lives, what is typed is not shown.
class Unseen {
 public:
  Unseen() : terminal_(tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!terminal_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~Unseen() {
    if (terminal_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

  bool terminal() const noexcept { return terminal_; }

 private:
  termios before_{};
  bool terminal_;
};

}  // namespace

std::expected<pop3::Secret, std::string> ask_password(const std::string& prompt) {
  std::string line;
  pop3::reserve_wiping(line, kLongest);
  const Unseen unseen;
  if (unseen.terminal()) fmt::print(stderr, "{}: ", prompt);
  char next = '\0';
  bool ended = false;
  // Byte by byte, so that no buffer of the library holds it.
  while (line.size() < kLongest && ::read(STDIN_FILENO, &next, 1) == 1) {
    ended = next == '\n';
    if (ended) break;
    line += next;
  }
  if (unseen.terminal()) fmt::print(stderr, "\n");
  if (line.ends_with('\r')) line.pop_back();
  const bool fits = ended || line.size() < kLongest;
  if (fits && pop3::is_speakable_password(line)) return pop3::Secret::taken_from(line);
  pop3::wipe(line);
  return std::unexpected(fits ? "this is no password that a server could be told"
                              : "the password is too long");
}

}  // namespace postern::cli
