// SPDX-License-Identifier: Apache-2.0
// Which mail program a session's client is, for its lines in the log: by its hello and its habits,
// as far as they are seen by now. Made for one line.
#pragma once

#include <string_view>

#include "policy/client_table.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/pop3/dialogue.hpp"
#include "proxy/transport/transport.hpp"

namespace postern::session {

class Recognition {
 public:
  /// All must outlive it.
  Recognition(const policy::ClientTable& clients, const transport::Transport& downstream,
              const pop3::Dialogue& dialogue)
      : clients_(clients),
        hello_(downstream.agreement().hello),
        habits_(dialogue.record().habits),
        name_(clients.recognise(hello_, habits_)) {}

  /// kUnknownClient as long as it is not known.
  std::string_view name() const noexcept { return name_; }
  /// `client`, in a line before the end: only where it is known already.
  void add_name(admin::LogEntry& entry) const;
  /// The same in a line about what does not work, with what is to be changed in `change`.
  void add_change(admin::LogEntry& entry) const;
  /// `client`, and what a row of clients.toml would be made of in `hello` and `dialogue`: for a
  /// program that has none, and for all where the log wants each step.
  void add_looks(admin::LogEntry& entry, const admin::Log& log) const;

 private:
  bool is_known() const noexcept { return name_ != policy::kUnknownClient; }

  const policy::ClientTable& clients_;
  policy::HelloShape hello_;
  const policy::Habits& habits_;
  std::string_view name_;
};

}  // namespace postern::session
