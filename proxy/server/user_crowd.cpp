// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/user_crowd.hpp"

#include <algorithm>
#include <random>

#include "policy/word.hpp"

namespace postern::server {
namespace {

std::uint64_t drawn() {
  std::random_device source;
  return std::uint64_t{source()} << 32U | source();
}

}  // namespace

UserCrowd::UserCrowd() : key_{drawn(), drawn()} {}

std::uint64_t UserCrowd::key_of(std::string_view name) const noexcept {
  const std::size_t begin = name.find_first_not_of(' ');
  if (begin == std::string_view::npos) return 0;
  policy::SipHash hash(key_);
  for (const char c : name.substr(begin, name.find_last_not_of(' ') - begin + 1)) {
    hash.add(static_cast<std::uint8_t>(policy::lower(c)));
  }
  return std::max<std::uint64_t>(hash.finish(), 1);
}

std::optional<session::UserTicket> UserCrowd::enter(const Keys& keys, std::uint32_t most) {
  if (!admit(keys, most)) return std::nullopt;
  return session::UserTicket(*this, keys);
}

bool UserCrowd::admit(const Keys& keys, std::uint32_t most) {
  const auto is_full = [&](const Counts& counts, std::uint64_t key) {
    const auto found = counts.find(key);
    return most != 0 && found != counts.end() && found->second >= most;
  };
  if (keys.name != 0) {
    const Part& part = part_of(keys.name);
    const std::lock_guard lock(part.mutex);
    if (is_full(part.names, keys.name)) return false;
  }
  if (keys.account != 0) {
    Part& part = part_of(keys.account);
    const std::lock_guard lock(part.mutex);
    if (is_full(part.accounts, keys.account)) return false;
    ++part.accounts[keys.account];
  }
  return true;
}

void UserCrowd::log_in(const Keys& keys) noexcept {
  if (keys.name == 0) return;
  Part& part = part_of(keys.name);
  const std::lock_guard lock(part.mutex);
  ++part.names[keys.name];
}

void UserCrowd::give_back(const Keys& keys, session::UserTicket::Standing standing) noexcept {
  using Standing = session::UserTicket::Standing;
  if (keys.account != 0) {
    Part& part = part_of(keys.account);
    const std::lock_guard lock(part.mutex);
    take(part.accounts, keys.account);
  }
  if (standing == Standing::kLoggedIn && keys.name != 0) {
    Part& part = part_of(keys.name);
    const std::lock_guard lock(part.mutex);
    take(part.names, keys.name);
  }
}

void UserCrowd::take(Counts& counts, std::uint64_t key) noexcept {
  const auto found = counts.find(key);
  if (found != counts.end() && --found->second == 0) counts.erase(found);
}

std::uint32_t UserCrowd::busiest() const {
  std::uint32_t most = 0;
  for (const Part& part : parts_) {
    const std::lock_guard lock(part.mutex);
    for (const auto& [key, count] : part.names) most = std::max(most, count);
  }
  return most;
}

}  // namespace postern::server
