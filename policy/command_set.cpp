// SPDX-License-Identifier: Apache-2.0
#include "policy/command_set.hpp"

#include <array>

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, kCommandCount> kCommandNames = {
    "STAT", "LIST", "RETR", "DELE", "NOOP", "RSET", "TOP", "UIDL", "CAPA", "QUIT", "UTF8", "LANG",
};
static_assert(kCommandNames.back() == "LANG", "every command has its name");

}  // namespace

std::string_view name_of(Command command) noexcept {
  return kCommandNames[static_cast<std::size_t>(command)];
}

}  // namespace postern::policy
