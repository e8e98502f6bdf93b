#include "policy/command_set.hpp"

#include <array>

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, kCommandCount> kNames = {
    "STAT", "LIST", "RETR", "DELE", "NOOP", "RSET", "TOP", "UIDL", "CAPA", "QUIT", "UTF8", "LANG",
};
static_assert(kNames.back() == "LANG", "every command has its name");

}  // namespace

std::string_view name_of(Command command) noexcept {
  return kNames[static_cast<std::size_t>(command)];
}

}  // namespace postern::policy
