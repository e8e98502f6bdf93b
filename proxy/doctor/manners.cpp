// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/manners.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "policy/date.hpp"
#include "policy/mechanism.hpp"
#include "policy/network.hpp"
#include "policy/word.hpp"
#include "proxy/pop3/introduction.hpp"
#include "tls/leaf_facts.hpp"

namespace postern::doctor {
namespace {

constexpr std::chrono::milliseconds kSlow{1'000};
constexpr std::chrono::days kSoonOver{14};

using Lines = std::vector<std::string>;

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    std::string word(line.substr(at, end - at));
    std::ranges::transform(word, word.begin(), policy::upper);
    if (!word.empty()) words.push_back(std::move(word));
    at = end + 1;
  }
  return words;
}

// The words behind that capability; empty where it is not listed.
std::optional<std::vector<std::string>> listed(const Lines& list, std::string_view capability) {
  for (const std::string& line : list) {
    std::vector<std::string> words = words_of(line);
    if (words.empty() || words.front() != capability) continue;
    words.erase(words.begin());
    return words;
  }
  return std::nullopt;
}

bool has_word(const std::optional<std::vector<std::string>>& words, std::string_view word) {
  return words && std::ranges::find(*words, word) != words->end();
}

// Nobody outside reads what goes there.
bool is_near(const net::Address& address) {
  constexpr std::array<std::string_view, 6> kPrivate = {
      "10.0.0.0/8", "172.16.0.0/12", "fc00::/7", "192.168.0.0/16", "169.254.0.0/16", "fe80::/10"};
  return address.host().is_loopback() ||
         std::ranges::any_of(kPrivate, [host = address.host()](std::string_view text) {
           const auto network = policy::Network::parse(text);
           return network && network->contains(host);
         });
}

}  // namespace

void Manners::look_at(const Answer& answer) {
  check_pace(answer);
  check_security(answer);
  check_logins(answer);
}

void Manners::check_pace(const Answer& answer) {
  if (answer.greeted_after > kSlow) {
    notes_.add("backend-slow",
               fmt::format("it greets after {:.1f} s only",
                           static_cast<double>(answer.greeted_after.count()) / 1000));
  }
  const bool bare = answer.greeting.ends_with('\n') && !answer.greeting.ends_with("\r\n");
  if (bare && backend().line_ends == policy::LineEnds::kCrLf) {
    notes_.add("backend-line-ends", "it ends its lines with LF alone",
               notes_.change("line_ends", "\"auto\""));
  }
  if (!answer.introduced.empty() && pop3::refuses_introduction(answer.introduced)) {
    notes_.add("backend-introduction",
               "it does not take the command that tells whose connection it is",
               notes_.change("client_address", "\"none\""));
  }
  if (answer.capabilities && !listed(*answer.capabilities, "UIDL")) {
    notes_.add("backend-uidl", "it has no UIDL");
  }
}

void Manners::check_security(const Answer& answer) {
  if (const auto facts = answer.leaf.empty() ? std::nullopt : tls::leaf_facts(answer.leaf)) {
    const std::string end = policy::minute_text(facts->not_after) + " UTC";
    if (facts->not_after < patient_.now) {
      notes_.add("backend-certificate-expired", "its certificate expired on " + end);
    } else if (facts->not_after - patient_.now < kSoonOver) {
      notes_.add("backend-certificate-expires", "its certificate expires soon, on " + end);
    }
  }
  constexpr std::uint16_t kTls12 = 0x0303;
  const auto floor = backend().security.min_version.value_or(conf::kDefaultBackendVersion);
  if (answer.suite.version >= kTls12 && floor < tls::Version::kTls12) {
    notes_.add("backend-floor",
               "it speaks " + tls::text_of(answer.suite).substr(0, 7) +
                   ", so that older versions need not be allowed",
               notes_.change("min_version", "\"1.2\""));
  }
  if (backend().security.tls != conf::BackendTls::kNone || address_.host().is_loopback()) return;
  if (answer.capabilities && listed(*answer.capabilities, "STLS")) {
    notes_.add("backend-stls-unused", "it offers STLS, and passwords go to it in clear",
               notes_.change("tls", "\"stls\""));
  } else if (!is_near(address_)) {
    notes_.add("backend-plaintext", "passwords go to it in clear, over public networks");
  }
}

void Manners::check_logins(const Answer& answer) {
  const auto& mechanisms = patient_.live().policy.mechanisms;
  const auto offers = [&mechanisms](policy::Mechanism one) {
    return std::ranges::find(mechanisms, one) != mechanisms.end();
  };
  const bool stamp = answer.greeting.contains('<') && answer.greeting.contains('>');
  if (offers(policy::Mechanism::kApop) && !stamp &&
      backend().security.tls != conf::BackendTls::kStls) {
    notes_.add("backend-apop", "its greeting has no timestamp, so nobody can log in by APOP");
  }
  if (!answer.capabilities) return;
  const auto sasl = listed(*answer.capabilities, "SASL");
  if (backend().auth == policy::BackendAuth::kSaslPlain && !has_word(sasl, "PLAIN")) {
    notes_.add("backend-sasl", "it does not list SASL PLAIN, which backend.auth asks for",
               notes_.change("auth", "\"auto\""));
  }
  if (backend().auth == policy::BackendAuth::kUserPass && !listed(*answer.capabilities, "USER") &&
      has_word(sasl, "PLAIN")) {
    notes_.add("backend-user", "it does not list USER", notes_.change("auth", "\"auto\""));
  }
  for (const policy::Mechanism one : mechanisms) {
    const bool passed = policy::is_sasl(one) && policy::is_passed_through(one);
    if (!passed || has_word(sasl, policy::name_of(one))) continue;
    notes_.add(
        "backend-mechanism",
        fmt::format("it does not know {}, which policy.mechanisms offers", policy::name_of(one)));
  }
}

}  // namespace postern::doctor
