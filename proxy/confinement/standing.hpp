// SPDX-License-Identifier: Apache-2.0
// What a process has given up, in the words of the kernel, whoever made it do so: itself, or a
// service manager before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::confinement {

struct Standing {
  bool filters_calls = false;      // seccomp
  bool no_new_privileges = false;  // an exec gives none
  std::uint64_t capabilities = 0;  // those in effect, a bit each
  std::uint32_t user = 0;          // the effective one

  bool operator==(const Standing&) const = default;
};

/// From the text of /proc/PID/status. Nothing where it does not say.
std::optional<Standing> standing_in(std::string_view status);
/// This process's.
std::optional<Standing> own_standing();

/// "cap_net_bind_service", in the order of their numbers; one that has no name here is a number.
std::vector<std::string> names_of_capabilities(std::uint64_t capabilities);

}  // namespace postern::confinement
