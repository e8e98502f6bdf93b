// SPDX-License-Identifier: Apache-2.0
// One request of an operator's tool, read strictly: what is not understood is refused, since a
// selector that is overlooked would hit the wrong ones.
#pragma once

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::server {

class ControlRequest {
 public:
  /// `{"verb": TEXT, ARGUMENT: VALUE, …}`; or what is wrong with it.
  [[nodiscard]] static std::expected<ControlRequest, std::string> parse(std::string_view text);

  const std::string& verb() const noexcept { return verb_; }

  // An argument that is not there is empty, false or nothing; one of another type is wrong.
  std::string text(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  bool flag(std::string_view name);
  std::optional<std::uint64_t> number(std::string_view name);

  /// What is wrong, once all arguments were asked for: one of another type, or one that nobody has
  /// asked for. Empty: nothing.
  std::string fault() const;

 private:
  nlohmann::json take(std::string_view name);
  void blame(std::string_view name, std::string_view type);

  std::string verb_;
  nlohmann::json arguments_;
  std::string fault_;
};

}  // namespace postern::server
