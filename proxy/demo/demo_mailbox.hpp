// SPDX-License-Identifier: Apache-2.0
// The mailbox of `postern demo`: a few messages, and the answers of a legacy POP3 server that holds
// them (RFC 1939). No sockets.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/pop3/command.hpp"

namespace postern::demo {

inline constexpr std::string_view kDemoUser = "demo";
inline constexpr std::string_view kDemoPassword = "demo";

struct DemoMessage {
  std::string uid;
  std::string text;  // lines end with CRLF; not stuffed
};

std::vector<DemoMessage> demo_messages();

/// One client's dealings with the mailbox. Deletions are carried out by QUIT.
class DemoMailbox {
 public:
  /// `messages` must outlive it; all clients share it, one thread.
  explicit DemoMailbox(std::vector<DemoMessage>& messages);

  static std::string greeting();

  /// The reply to one line, complete with CRLF.
  std::string answer(std::string_view line);

  /// Whether QUIT was answered.
  bool over() const noexcept { return over_; }

 private:
  struct Entry {
    std::string uid;
    bool deleted = false;
  };

  std::string log_in(const pop3::Command& command);
  std::string act(const pop3::Command& command);
  std::string list(const pop3::Command& command) const;
  std::string retrieve(const pop3::Command& command) const;
  std::string drop(const pop3::Command& command);
  std::string quit();
  std::string describe(pop3::Verb verb, std::size_t index) const;
  std::optional<std::size_t> index_of(std::string_view number) const;
  const DemoMessage* find(const Entry& entry) const;

  std::vector<DemoMessage>& messages_;
  std::vector<Entry> entries_;  // as they were at the login
  std::string user_;
  bool logged_in_ = false;
  bool over_ = false;
};

}  // namespace postern::demo
