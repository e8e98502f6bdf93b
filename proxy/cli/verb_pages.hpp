// SPDX-License-Identifier: Apache-2.0
// What the help says about each verb beside what its parser knows: the group that it stands in, and
// how it is used. One row a verb.
#pragma once

#include <span>
#include <string_view>

namespace postern::cli {

/// In the order of the help.
enum class Group { kServe, kSetUp, kLook, kSteer, kHelp, kUnlisted };

/// The groups that the help shows.
std::span<const Group> listed_groups() noexcept;

std::string_view title_of(Group group) noexcept;

struct VerbPage {
  std::string_view verb;
  Group group;
  std::span<const std::string_view> examples;  // lines for a shell, the most usual one first
};

/// The row of a verb. One that has none stands with those of kHelp, without examples.
VerbPage page_of(std::string_view verb) noexcept;

}  // namespace postern::cli
