// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/login_book.hpp"

#include "policy/account_name.hpp"

namespace postern::session {
namespace {

// What a server makes of a password that was typed with blanks around it.
std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return text;
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

}  // namespace

LoginBook::Attempt LoginBook::describe(const policy::IpAddress& address, const pop3::Login& login,
                                       std::string_view mechanism) const {
  Attempt attempt;
  attempt.address = address;
  attempt.has_password = !login.password.empty();
  if (attempt.has_password) {
    attempt.user = login.user;
    attempt.guess = tls::short_form(hash_({"guess", login.user, login.password}));
    attempt.pair = digest_of(login.user, login.password);
  } else {
    attempt.user.append(1, '\0').append(mechanism);
    attempt.guess = tls::short_form(hash_({"guess-opaque", mechanism}));
  }
  return attempt;
}

policy::ExposedCredentials::Digest LoginBook::digest_of(std::string_view user,
                                                        std::string_view password) const {
  return hash_({"exposed", policy::account_of(user), password});
}

void LoginBook::remember_exposed(const policy::Network& place, const pop3::Login& login,
                                 policy::TimePoint now) {
  const auto home = tls::short_form(hash_({"exposed-place", place.text()}));
  const auto digest = digest_of(login.user, login.password);
  const std::string_view bare = trimmed(login.password);
  const bool padded = bare.size() != login.password.size();
  const auto bare_digest = padded ? digest_of(login.user, bare) : digest;
  const std::lock_guard lock(mutex_);
  exposed_.remember(digest, home, now);
  if (padded) exposed_.remember(bare_digest, home, now);
}

bool LoginBook::was_exposed(const Attempt& attempt) const {
  if (!attempt.has_password) return false;
  const std::lock_guard lock(mutex_);
  return exposed_.contains(attempt.pair);
}

void LoginBook::confirm_exposed(const Attempt& attempt) {
  const std::lock_guard lock(mutex_);
  exposed_.confirm(attempt.pair);
}

std::uint64_t LoginBook::exposed_changes() const {
  const std::lock_guard lock(mutex_);
  return exposed_.changes();
}

std::vector<policy::ExposedCredentials::Record> LoginBook::exposed() const {
  const std::lock_guard lock(mutex_);
  return exposed_.records();
}

void LoginBook::restore(const std::vector<policy::ExposedCredentials::Record>& records) {
  const std::lock_guard lock(mutex_);
  for (const auto& record : records) exposed_.restore(record);
}

}  // namespace postern::session
