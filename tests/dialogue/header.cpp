// SPDX-License-Identifier: Apache-2.0
#include "tests/dialogue/header.hpp"

#include <charconv>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace postern::session_test {
namespace {

using policy::Enforcement;

std::vector<std::string> words_of(std::string_view text, char separator = ' ') {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    if (end != 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return words;
}

std::pair<std::string_view, std::string_view> cut_at(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) throw std::runtime_error("no value: " + std::string(text));
  std::string_view value = text.substr(at + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  return {text.substr(0, at), value};
}

template <typename T>
T known(const std::optional<T>& value, std::string_view word) {
  if (!value) throw std::runtime_error("unknown word " + std::string(word));
  return *value;
}

std::uint32_t number_from(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::runtime_error("no number: " + std::string(text));
  }
  return number;
}

policy::Moment moment_from(std::string_view text) {
  return policy::Moment(std::chrono::seconds(number_from(text)));
}

policy::Link link_from(std::string_view word) {
  using policy::Link;
  const std::map<std::string_view, Link> links = {
      {"plaintext", Link::kPlaintext}, {"tls", Link::kTls13}, {"1.0", Link::kTls10},
      {"1.1", Link::kTls11},           {"1.2", Link::kTls12}, {"1.3", Link::kTls13}};
  const auto found = links.find(word);
  if (found == links.end()) throw std::runtime_error("unknown link " + std::string(word));
  return found->second;
}

// "enforce", "report-only", or the second from which on it is enforced.
Enforcement enforcement_from(std::string_view word) {
  if (word == "enforce") return Enforcement::always();
  return word == "report-only" ? Enforcement::never() : Enforcement::from(moment_from(word));
}

bool choose(std::string_view value, std::string_view no, std::string_view yes) {
  if (value != no && value != yes) throw std::runtime_error("unknown word " + std::string(value));
  return value == yes;
}

policy::CommandSet commands_from(std::string_view text) {
  if (text == "read-only") return policy::kReadOnlyCommands;
  policy::CommandSet commands;
  for (const std::string& word : words_of(text)) {
    std::size_t which = 0;
    while (which < policy::kCommandCount && name_of(static_cast<policy::Command>(which)) != word) {
      ++which;
    }
    if (which == policy::kCommandCount) throw std::runtime_error("unknown command " + word);
    commands.add(static_cast<policy::Command>(which));
  }
  return commands;
}

policy::CapabilitySet capabilities_from(std::string_view text) {
  policy::CapabilitySet capabilities;
  for (const std::string& word : words_of(text)) {
    const auto capability = policy::capability_from(word);
    if (!capability) throw std::runtime_error("unknown capability " + word);
    capabilities.add(*capability);
  }
  return capabilities;
}

void set_limits(pop3::ClientTerms& terms, std::string_view text) {
  const std::map<std::string_view, std::uint32_t*> limits = {
      {"max_bad_commands", &terms.max_bad_commands},
      {"max_login_attempts", &terms.max_login_attempts},
      {"max_command_bytes", &terms.max_command_bytes},
      {"max_auth_bytes", &terms.max_auth_bytes}};
  for (const std::string& word : words_of(text)) {
    const auto [name, value] = cut_at(word, '=');
    const auto limit = limits.find(name);
    if (limit == limits.end()) throw std::runtime_error("unknown limit " + word);
    *limit->second = number_from(value);
  }
}

// "networks=10.0.0.0/8,192.0.2.1 users=a,b login=… floor=1.2 mode=report-only expires=500"
policy::Exception exception_from(std::string_view text, std::size_t index) {
  policy::Exception exception;
  const std::string name = "policy.exception[" + std::to_string(index) + "]";
  exception.login_rule = name + ".login";
  exception.floor_rule = name + ".min_version";
  exception.stls_rule = name + ".stls";
  for (const std::string& word : words_of(text)) {
    const auto [key, value] = cut_at(word, '=');
    if (key == "networks") {
      for (const auto& one : words_of(value, ',')) {
        exception.networks.push_back(known(policy::Network::parse(one), one));
      }
    } else if (key == "users") {
      exception.users = words_of(value, ',');
    } else if (key == "login") {
      exception.login = known(policy::level_from(value), value);
    } else if (key == "floor") {
      exception.floor = link_from(value);
    } else if (key == "mode") {
      exception.enforcement = enforcement_from(value);
    } else if (key == "stls") {
      exception.stls = choose(value, "show", "hide") ? policy::StlsListing::kHidden
                                                     : policy::StlsListing::kShown;
    } else if (key == "expires") {
      exception.expires = moment_from(value);
    } else {
      throw std::runtime_error("unknown part of an exception: " + word);
    }
  }
  return exception;
}

void set_mechanisms(Transcript& transcript, std::string_view value) {
  transcript.base.mechanisms.clear();
  for (const std::string& word : words_of(value)) {
    transcript.base.mechanisms.push_back(known(policy::mechanism_from(word), word));
  }
}

// Who is there, and what the policy says to him.
bool set_policy(Transcript& transcript, std::string_view key, std::string_view value) {
  if (key == "link") {
    transcript.client.link = link_from(value);
  } else if (key == "certified") {
    transcript.client.cert = policy::ClientCert::kNamesUser;
    transcript.certified = value;
  } else if (key == "peer") {
    transcript.client.peer = known(policy::IpAddress::parse(value), value);
  } else if (key == "now") {
    transcript.client.now = moment_from(value);
  } else if (key == "level") {
    transcript.base.login = known(policy::level_from(value), value);
  } else if (key == "floor") {
    transcript.base.floor = link_from(value);
  } else if (key == "mode") {
    transcript.base.enforcement = enforcement_from(value);
  } else if (key == "mechanisms") {
    set_mechanisms(transcript, value);
  } else if (key == "exception") {
    transcript.exceptions.push_back(exception_from(value, transcript.exceptions.size()));
  } else {
    return false;
  }
  return true;
}

// What the listener says and promises.
bool set_client_terms(pop3::ClientTerms& terms, std::string_view key, std::string_view value) {
  using policy::OnExposed;
  using policy::OnPlaintext;
  if (key == "stls") {
    terms.stls = choose(value, "absent", "offered") ? pop3::Stls::kOffered : pop3::Stls::kAbsent;
  } else if (key == "limits") {
    set_limits(terms, value);
  } else if (key == "greeting") {
    terms.greeting = value;
  } else if (key == "advice") {
    terms.advice = value;
  } else if (key == "commands") {
    terms.commands = commands_from(value);
  } else if (key == "capabilities") {
    if (value != "auto") terms.capabilities = capabilities_from(value);
  } else if (key == "refusal-code") {
    terms.refusal_code = value == "none" ? "" : value;
  } else if (key == "on-plaintext") {
    terms.on_plaintext =
        choose(value, "refuse", "disconnect") ? OnPlaintext::kDisconnect : OnPlaintext::kRefuse;
  } else if (key == "before-tls") {
    terms.before_tls = choose(value, "strict", "talkative") ? policy::BeforeTls::kTalkative
                                                            : policy::BeforeTls::kStrict;
  } else if (key == "on-exposed") {
    terms.on_exposed = choose(value, "warn", "deny") ? OnExposed::kDeny : OnExposed::kWarn;
  } else {
    return false;
  }
  return true;
}

// What the backend is like.
bool set_backend_terms(pop3::BackendTerms& terms, std::string_view key, std::string_view value) {
  if (key == "learned") {
    terms.learned = std::make_shared<pop3::LearnedCapabilities>();
    if (value != "nothing") terms.learned->learn(capabilities_from(value));
  } else if (key == "known-down") {
    auto availability = std::make_shared<pop3::Availability>();
    if (choose(value, "no", "yes")) availability->set(pop3::Standing::kDown);
    terms.availability = std::move(availability);
  } else if (key == "error-text") {
    terms.error_text =
        choose(value, "replace", "pass") ? policy::ErrorText::kPass : policy::ErrorText::kReplace;
  } else if (key == "temporary-error") {
    terms.temporary_errors.emplace_back(value);
  } else if (key == "line-ends") {
    const std::map<std::string_view, policy::LineEnds> words = {{"auto", policy::LineEnds::kAuto},
                                                                {"crlf", policy::LineEnds::kCrLf},
                                                                {"lf", policy::LineEnds::kLf}};
    terms.line_ends = words.at(value);
  } else if (key == "body") {
    terms.body = choose(value, "pass", "repair") ? policy::Body::kRepair : policy::Body::kPass;
  } else if (key == "vouching") {
    terms.vouching = choose(value, "no", "yes") ? pop3::Vouching::kYes : pop3::Vouching::kNo;
  } else if (key == "introduction") {
    terms.client_address = choose(value, "none", "wanted") ? policy::ClientAddress::kXclient
                                                           : policy::ClientAddress::kNone;
  } else if (key == "upstream-auth") {
    const std::map<std::string_view, policy::BackendAuth> words = {
        {"user-pass", policy::BackendAuth::kUserPass},
        {"sasl-plain", policy::BackendAuth::kSaslPlain},
        {"auto", policy::BackendAuth::kAuto}};
    terms.auth = words.at(value);
  } else {
    return false;
  }
  return true;
}

}  // namespace

void set_header(Transcript& transcript, std::string_view line) {
  const auto [key, value] = cut_at(line, ':');
  if (set_policy(transcript, key, value)) return;
  if (set_client_terms(transcript.terms, key, value)) return;
  if (set_backend_terms(transcript.backend, key, value)) return;
  if (key == "begin") {
    transcript.logged_in = choose(value, "greeting", "logged-in");
  } else if (key == "deadlines") {
    transcript.deadlines = choose(value, "hidden", "shown");
  } else if (key == "backend") {
    transcript.by_user = choose(value, "anybodys", "by-user");
  } else if (key == "down-for") {
    transcript.down_for = words_of(value);
  } else if (key == "told") {
    transcript.told = value;
  } else if (key == "penalties") {
    transcript.penalties = choose(value, "served", "kept");
  } else {
    throw std::runtime_error("unknown header " + std::string(key));
  }
}

}  // namespace postern::session_test
