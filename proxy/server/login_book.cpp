// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/login_book.hpp"

#include "policy/account_name.hpp"

namespace postern::server {
namespace {

// What a server makes of a password that was typed with blanks around it.
std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return text;
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

policy::LoginTry try_of(const session::Logins::Trace& login) noexcept {
  const auto secret =
      login.has_password ? policy::SecretKind::kUnproven : policy::SecretKind::kOpaque;
  return {login.address, login.user, login.guess, secret};
}

}  // namespace

LoginBook::Trace LoginBook::trace_of(const Subject& subject) const {
  const pop3::Login& login = subject.login;
  Trace trace;
  trace.address = subject.address;
  trace.has_password = !login.password.empty();
  if (trace.has_password) {
    trace.user = login.user;
    trace.guess = tls::short_form(hash_({"guess", login.user, login.password}));
    trace.pair = digest_of(login.user, login.password);
  } else {
    trace.user.append(1, '\0').append(subject.mechanism);
    trace.guess = tls::short_form(hash_({"guess-opaque", subject.mechanism}));
  }
  return trace;
}

void LoginBook::ask(const Trace& login, policy::TimePoint now, Asker& asker) {
  asker.on_ruling(guard_.before_login(try_of(login), now));
}

std::optional<session::UserTicket> LoginBook::enter(const Trace& login, std::string_view told,
                                                    std::uint32_t most) {
  const std::uint64_t account = login.has_password ? tls::short_form(login.pair) : 0;
  return users_.enter({.account = account, .name = users_.key_of(told)}, most);
}

policy::FailureRuling LoginBook::after_failure(const Trace& login, const policy::Charge& charge,
                                               policy::Said said, policy::TimePoint now) {
  return guard_.after_failure(try_of(login), charge, said, now);
}

void LoginBook::after_success(const Trace& login, const policy::Charge& charge,
                              policy::TimePoint now) {
  if (login.has_password) {
    const std::lock_guard lock(mutex_);
    exposed_.confirm(login.pair);
  }
  guard_.after_success(try_of(login), charge, now);
}

void LoginBook::after_no_answer(const Trace& login, const policy::Charge& charge,
                                policy::TimePoint now) {
  guard_.after_no_answer(try_of(login), charge, now);
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

void LoginBook::note_exposed(const Trace& login, policy::TimePoint now) {
  if (!login.has_password) return;
  const auto home = tls::short_form(hash_({"exposed-place", "elsewhere"}));
  const std::lock_guard lock(mutex_);
  if (!exposed_.contains(login.pair)) exposed_.remember(login.pair, home, now);
}

bool LoginBook::was_exposed(const Trace& login) const {
  if (!login.has_password) return false;
  const std::lock_guard lock(mutex_);
  return exposed_.contains(login.pair);
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

}  // namespace postern::server
