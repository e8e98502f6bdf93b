// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/capabilities.hpp"

#include <utility>

#include "policy/word.hpp"
#include "proxy/pop3/command.hpp"

namespace postern::pop3 {
namespace {

using policy::Capability;

// RFC 2449 sections 6.5 and 6.7: a number, for EXPIRE also NEVER, and USER after it where it
// differs from user to user. Written anew; empty when it is something else.
std::string argument_from(Capability capability, std::string_view text) {
  const std::size_t space = text.find(' ');
  const std::string_view value = text.substr(0, space);
  const bool by_user = space != std::string_view::npos;
  if (by_user && !policy::same_word(text.substr(space + 1), "USER")) return {};
  std::string argument;
  if (const auto number = parse_number(value)) {
    argument = std::to_string(*number);
  } else if (capability == Capability::kExpire && policy::same_word(value, "NEVER")) {
    argument = "NEVER";
  } else {
    return {};
  }
  return by_user ? argument + " USER" : argument;
}

}  // namespace

bool CapabilityReader::take(std::string_view line) {
  const std::size_t space = line.find(' ');
  const std::string_view rest =
      space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  const auto capability = policy::capability_from(line.substr(0, space));
  if (capability == Capability::kExpire || capability == Capability::kLoginDelay) {
    std::string argument = argument_from(*capability, rest);
    if (!argument.empty()) {
      list_.has.add(*capability);
      (capability == Capability::kExpire ? list_.expire : list_.login_delay) = std::move(argument);
    }
  } else if (capability) {
    list_.has.add(*capability);
  }
  return ++lines_ <= kMostCapabilities;
}

LearnedCapabilities::News LearnedCapabilities::learn(policy::CapabilitySet set) noexcept {
  const std::uint32_t before = bits_.exchange(set.bits(), std::memory_order_relaxed);
  if (before == kUnknown) return News::kFirst;
  return before == set.bits() ? News::kNone : News::kChanged;
}

std::optional<policy::CapabilitySet> LearnedCapabilities::get() const noexcept {
  const std::uint32_t bits = bits_.load(std::memory_order_relaxed);
  if (bits == kUnknown) return std::nullopt;
  return policy::CapabilitySet::from_bits(bits);
}

}  // namespace postern::pop3
