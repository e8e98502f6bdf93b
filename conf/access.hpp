// SPDX-License-Identifier: Apache-2.0
// Where in the settings a key's value lives, as functions that the schema can point to.
#pragma once

#include <optional>
#include <type_traits>

#include "conf/schema.hpp"

namespace postern::conf {

/// A member of one section: at<&Live::timeouts, &Timeouts::idle>.
template <auto kSection, auto kMember>
auto& at(Target target) {
  return target.settings->live.*kSection.*kMember;
}

/// A member of one element of a list of tables: each<&Live::listeners, &Listener::name>.
template <auto kList, auto kMember>
auto& each(Target target) {
  return (target.settings->live.*kList)[target.index].*kMember;
}

inline std::vector<std::string>& server_names(Target target) {
  return target.settings->live.server_names;
}

inline std::uint32_t& server_workers(Target target) { return target.settings->startup.workers; }

inline std::string& server_state_dir(Target target) { return target.settings->startup.state_dir; }

inline bool& security_isolate_keys(Target target) { return target.settings->startup.isolate_keys; }

inline std::string& security_user(Target target) { return target.settings->startup.user; }

inline SandboxMode& security_sandbox(Target target) { return target.settings->startup.sandbox; }

template <auto kMember>
std::string& certificate(Target target) {
  return target.settings->live.tls.certificates[target.index].*kMember;
}

/// Of one `[backend.health]`.
inline milliseconds& health_interval(Target target) {
  return target.settings->live.backends[target.index].health.interval;
}
template <auto kMember>
auto& health_limits(Target target) {
  return target.settings->live.backends[target.index].health.limits.*kMember;
}

/// A member of one `[[policy.exception]]`.
template <auto kMember>
auto& exception(Target target) {
  return target.settings->live.policy.exceptions[target.index].*kMember;
}

/// A member of the roll-out of the whole policy, and of one exception's.
template <auto kMember>
auto& rollout(Target target) {
  return target.settings->live.policy.rollout.*kMember;
}
template <auto kMember>
auto& exception_rollout(Target target) {
  return exception<&Exception::rollout>(target).*kMember;
}

/// A member of how one `[[backend]]` is reached under TLS.
template <auto kMember>
auto& backend_security(Target target) {
  return target.settings->live.backends[target.index].security.*kMember;
}
template <auto kMember>
std::string& backend_certificate(Target target) {
  return backend_security<&BackendSecurity::certificate>(target).*kMember;
}

template <auto kMember>
auto& auth_failures(Target target) {
  return target.settings->live.limits.auth_failures.*kMember;
}

/// The enumeration behind a word; for an optional one, no word is no value.
template <auto kAt>
std::optional<int> get_word(Target target) {
  auto& value = kAt(target);
  if constexpr (std::is_enum_v<std::remove_reference_t<decltype(value)>>) {
    return static_cast<int>(value);
  } else {
    return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
  }
}

template <auto kAt>
void set_word(Target target, int word) {
  auto& value = kAt(target);
  using Held = std::remove_reference_t<decltype(value)>;
  if constexpr (std::is_enum_v<Held>) {
    value = static_cast<Held>(word);
  } else {
    value = static_cast<typename Held::value_type>(word);
  }
}

template <auto kAt>
constexpr Word word(std::span<const WordName> names,
                    std::optional<int> (*alias)(std::string_view) = nullptr) {
  return {.names = names, .get = get_word<kAt>, .set = set_word<kAt>, .alias = alias};
}

/// The word of an optional one; where it is not given, the default as far as there is TLS.
template <auto kMember, auto kDefault>
Word backend_security_word(std::span<const WordName> names) {
  return {.names = names,
          .get = [](Target target) -> std::optional<int> {
            const auto& given = backend_security<kMember>(target);
            if (given) return static_cast<int>(*given);
            const bool used = backend_security<&BackendSecurity::tls>(target) != BackendTls::kNone;
            return used ? std::optional(static_cast<int>(kDefault)) : std::nullopt;
          },
          .set = set_word<backend_security<kMember>>,
          .alias = nullptr};
}

}  // namespace postern::conf
