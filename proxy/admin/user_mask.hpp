// SPDX-License-Identifier: Apache-2.0
// How the log names users: as they typed it, by a keyed digest that is the same for one user as
// long as its key lives, or not at all. Every line that names one asks here.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "conf/settings.hpp"

namespace postern::admin {

class UserMask {
 public:
  /// Stands for a name, and nobody can tell which without the key. Called from any thread.
  using Digest = std::function<std::string(std::string_view name)>;

  /// Before anything is logged about a user. Without one a digest is empty.
  void use(Digest digest) { digest_ = std::move(digest); }
  /// From any thread.
  void use(conf::LogUser way) noexcept { way_ = way; }

  bool shows_names() const noexcept { return way_.load() == conf::LogUser::kPlain; }
  /// Empty for no name, and where none is to be shown.
  std::string shown(std::string_view name) const;

 private:
  std::atomic<conf::LogUser> way_{conf::LogUser::kPlain};
  Digest digest_;
};

}  // namespace postern::admin
