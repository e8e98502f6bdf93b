// SPDX-License-Identifier: Apache-2.0
// The backend's bytes after login: followed in chunks and as a whole with the same result, and what
// the client reads is held against a reference that sees the whole buffer at once. Once more with
// bodies repaired: then nothing but their ends is one, however a client reads.
#include <optional>
#include <string>
#include <vector>

#include "proxy/pop3/backend_login.hpp"
#include "proxy/pop3/relay.hpp"
#include "proxy/pop3/reply_line.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/promise.hpp"

namespace {

using postern::fuzz::Input;
using postern::fuzz::promise;
using postern::policy::Body;
using namespace postern::pop3;  // NOLINT(google-build-using-namespace): a fuzz target

constexpr std::string_view kAsked[] = {"NOOP\r\n",   "RETR 1\r\n",  "STAT\r\n", "LIST\r\n",
                                       "DELE 1\r\n", "TOP 1 1\r\n", "QUIT\r\n"};

struct Outcome {
  std::string downstream;
  std::optional<CloseReason> finished;
  CloseReason at_end = CloseReason::kQuit;
  bool operator==(const Outcome&) const = default;
};

class Follower {
 public:
  Follower(const std::string& asked, Body body) {
    backend_terms_.body = body;
    terms_.max_bad_commands = 0;
    std::string_view bytes = asked;
    std::string upstream;
    relay_.on_client(bytes, upstream);
    promise(upstream == asked, "canonical commands pass as they are");
  }

  void feed(std::string_view bytes) {
    const std::vector<char> block(bytes.begin(), bytes.end());
    std::string spare;
    Gather gather(spare);
    relay_.on_backend({block.data(), block.size()}, gather);
    outcome_.downstream.append(gather.all());
  }

  Outcome end() {
    outcome_.finished = relay_.finished();
    std::string spare;
    Gather gather(spare);
    outcome_.at_end = relay_.on_backend_end(gather);
    return outcome_;
  }

 private:
  ClientTerms terms_;
  BackendTerms backend_terms_;
  postern::policy::Facts client_;
  Relay relay_{terms_, backend_terms_, client_};
  Outcome outcome_;
};

// Cuts the whole buffer into replies, with nothing but searches in it.
class Reference {
 public:
  Reference(const std::vector<std::size_t>& asked, std::string_view said) : said_(said) {
    for (const std::size_t which : asked) {
      if (!take_reply(which)) return;
    }
    if (!said_.empty() && !quit) judge_unasked();
  }

  std::size_t bodies = 0;   // bytes of whole bodies, terminators included
  std::size_t ends = 0;     // of whole bodies
  std::size_t replies = 0;  // whole ones
  bool garbage = false;
  bool quit = false;
  bool unasked = false;
  bool leaves = false;  // it said why it is about to close

 private:
  void judge_unasked() {
    const std::size_t end = said_.find('\n');
    unasked = said_.front() != '-';
    if (unasked || end == std::string_view::npos) return;
    std::string_view line = said_.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    leaves = is_status_line(line.substr(0, kReplyBound));
    unasked = !leaves;
  }

  bool take_reply(std::size_t which) {
    const std::size_t end = said_.find('\n');
    if (end == std::string_view::npos) return false;
    std::string_view line = said_.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!is_status_line(line.substr(0, kReplyBound))) {
      garbage = true;
      return false;
    }
    const bool multi = kAsked[which].starts_with("RETR") || kAsked[which].starts_with("TOP") ||
                       kAsked[which].starts_with("LIST");
    said_.remove_prefix(end + 1);
    if (multi && line.starts_with('+') && !take_body()) return false;
    ++replies;
    quit = kAsked[which] == "QUIT\r\n";
    return !quit;
  }

  bool take_body() {
    const std::size_t at = ("\r\n" + std::string(said_)).find("\r\n.\r\n");
    if (at == std::string::npos) return false;
    bodies += at + 3;
    ++ends;
    said_.remove_prefix(at + 3);
    return true;
  }

  std::string_view said_;
};

void compare(const Outcome& outcome, const Reference& reference) {
  using enum CloseReason;
  if (reference.garbage || reference.unasked) {
    promise(outcome.finished == kBackendProtocol, "garbage and surplus end the session");
  } else if (reference.leaves) {
    promise(outcome.finished == kBackendClosed, "a farewell ends the session");
  } else if (reference.quit) {
    promise(outcome.finished == kQuit, "the answer to QUIT ends the session");
  } else {
    promise(!outcome.finished, "nothing else ends it");
  }
  promise(outcome.downstream.size() >= reference.bodies, "whole bodies arrive");
}

Outcome follow(const std::string& asked, std::string_view said, Body body, Input splits) {
  Follower whole(asked, body);
  if (!said.empty()) whole.feed(said);
  Follower chunked(asked, body);
  for (std::string_view rest = said; !rest.empty();) {
    const std::size_t chunk = 1 + splits.below(rest.size());
    chunked.feed(rest.substr(0, chunk));
    rest.remove_prefix(chunk);
  }
  const Outcome outcome = whole.end();
  promise(outcome == chunked.end(), "chunks and the whole give the same");
  return outcome;
}

// As a program reads that takes each LF for the end of a line.
std::size_t lone_dots(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    promise(text.substr(0, end).ends_with('\r'), "no LF is left without CR");
    if (text.substr(0, end) == ".\r") ++count;
    text.remove_prefix(end + 1);
  }
  return count;
}

void compare_repaired(const Outcome& repaired, const Outcome& passed, const Reference& reference) {
  promise(repaired.finished == passed.finished && repaired.at_end == passed.at_end,
          "a repaired body ends where it did");
  promise(repaired.downstream.size() >= passed.downstream.size(), "nothing is taken away");
  promise(lone_dots(repaired.downstream) == reference.ends, "there are no other ends");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLongest = 32'768;  // below what ends a session for its length alone
  if (size > kLongest) return 0;
  Input input(data, size);
  std::string asked;
  std::vector<std::size_t> which;
  for (std::size_t count = 1 + input.below(8); count > 0; --count) {
    which.push_back(input.below(std::size(kAsked)));
    asked += kAsked[which.back()];
    if (kAsked[which.back()] == "QUIT\r\n") break;
  }
  const std::string_view said = input.rest();

  const Reference reference(which, said);
  const Outcome passed = follow(asked, said, Body::kPass, Input(data, size));
  compare(passed, reference);
  compare_repaired(follow(asked, said, Body::kRepair, Input(data, size)), passed, reference);
  return 0;
}
