// SPDX-License-Identifier: Apache-2.0
// Which of several a host name belongs to, as lanes and certificates are found: the name itself
// comes before a wildcard, and one of them may take all that is left. Immutable once it is in use.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace postern::policy {

class HostTable {
 public:
  /// Says that what a pattern covers (see is_host_pattern()) belongs to `place`. Whoever came first
  /// keeps a pattern: then false.
  bool add(std::string_view pattern, std::size_t place);
  /// Whom every other name belongs to, and no name.
  void set_otherwise(std::size_t place) noexcept { otherwise_ = place; }

  /// Whom a name belongs to, in any case of letters; empty: nobody. No name is an empty one.
  std::optional<std::size_t> find(std::string_view host_name) const;

  bool operator==(const HostTable&) const = default;

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> places_;
  std::optional<std::size_t> otherwise_;
};

}  // namespace postern::policy
