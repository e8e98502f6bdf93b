// SPDX-License-Identifier: Apache-2.0
#include "policy/link.hpp"

#include <array>
#include <cstddef>

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, 5> kLinkNames = {"none", "1.0", "1.1", "1.2", "1.3"};
static_assert(kLinkNames.size() == static_cast<std::size_t>(Link::kTls13) + 1);

}  // namespace

std::string_view name_of(Link link) noexcept { return kLinkNames[static_cast<std::size_t>(link)]; }

}  // namespace postern::policy
