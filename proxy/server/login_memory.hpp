// SPDX-License-Identifier: Apache-2.0
// What is kept about logins beyond their sessions: the guard against guessing and the passwords
// that were seen in clear. Part of it outlives the process, as keyed digests in `server.state_dir`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/server/guard.hpp"
#include "proxy/server/login_book.hpp"
#include "proxy/server/state_directory.hpp"
#include "tls/keyed_hash.hpp"

namespace postern::server {

class LoginMemory {
 public:
  /// With what an earlier process left in the directory; an empty path is none. Nothing that is
  /// wrong there is fatal: what cannot be read is left behind, and where nothing can be kept,
  /// nothing outlives this process.
  explicit LoginMemory(const std::string& state_dir);

  Guard& guard() noexcept { return guard_; }
  LoginBook& book() noexcept { return book_; }

  /// What stands for a user in a log that shows no names: the same in any case of letters, as long
  /// as the key lives, which is in the directory if there is one. From any thread.
  std::string digest_of_user(std::string_view name) const;

  /// Writes down what has changed since the last time. For the supervisor's thread: it waits for
  /// the disk.
  void save();

  /// Saves, and lets another process have the directory; from then on nothing is written.
  void let_go();
  /// It is ours again. What cannot be is complained of.
  void take_back();

  /// What went wrong since it was last asked; for the log.
  std::vector<std::string> take_complaints();

 private:
  tls::HashSecret secret();
  void load();
  void leave_behind(const std::string& name, std::string_view why);
  void complain(std::string_view what);

  std::string path_;
  std::vector<std::string> complaints_;
  std::optional<StateDirectory> directory_;
  tls::KeyedHash hash_;
  Guard guard_;
  LoginBook book_;
  std::uint64_t saved_exposed_ = 0;  // changes that are written down
  std::uint64_t saved_known_ = 0;
  bool unsaved_ = false;  // the last try failed
};

}  // namespace postern::server
