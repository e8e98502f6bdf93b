#include "policy/link.hpp"

#include <array>
#include <cstddef>

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"none", "1.0", "1.1", "1.2", "1.3"};
static_assert(kNames.size() == static_cast<std::size_t>(Link::kTls13) + 1);

}  // namespace

std::string_view name_of(Link link) noexcept { return kNames[static_cast<std::size_t>(link)]; }

}  // namespace postern::policy
