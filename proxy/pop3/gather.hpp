// SPDX-License-Identifier: Apache-2.0
// Collects what goes to one side during one call, as one piece of bytes. Pieces that lie after
// each other in the buffer they were read into stay there: the bulk of a message is never copied.
#pragma once

#include <string>
#include <string_view>

namespace postern::pop3 {

class Gather {
 public:
  /// `spare` takes what cannot stay in place; it is lent for the gather's life and must be empty.
  explicit Gather(std::string& spare) noexcept : spare_(spare) {}

  /// Bytes that stay valid until all() has been used.
  void add(std::string_view lasting) {
    if (lasting.empty()) return;
    if (spare_.empty() && (view_.empty() || view_.data() + view_.size() == lasting.data())) {
      view_ = {view_.empty() ? lasting.data() : view_.data(), view_.size() + lasting.size()};
    } else {
      add_copy(lasting);
    }
  }

  /// Bytes that do not.
  void add_copy(std::string_view passing) {
    if (spare_.empty()) spare_.append(view_);
    spare_.append(passing);
  }

  std::string_view all() const noexcept {
    return spare_.empty() ? view_ : std::string_view(spare_);
  }
  bool empty() const noexcept { return all().empty(); }

 private:
  std::string& spare_;
  std::string_view view_;  // used while spare_ is empty
};

}  // namespace postern::pop3
