// SPDX-License-Identifier: Apache-2.0
// The words of the enumerations in the schema.
#pragma once

#include <span>

#include "conf/schema.hpp"

namespace postern::conf {

/// The one of these words that is meant by a word for the same thing elsewhere, such as "stls" by
/// "starttls"; empty when there is none.
std::string_view translated(std::string_view word, std::span<const WordName> names) noexcept;

std::span<const WordName> listener_tls_words() noexcept;
/// As it is written.
std::string_view word_for(ListenerTls tls) noexcept;
std::span<const WordName> version_words() noexcept;
std::span<const WordName> profile_words() noexcept;
std::span<const WordName> old_version_words() noexcept;
std::span<const WordName> alpn_words() noexcept;
std::span<const WordName> unknown_name_words() noexcept;
std::span<const WordName> client_auth_words() noexcept;
std::span<const WordName> client_user_words() noexcept;
std::span<const WordName> level_words() noexcept;
std::span<const WordName> mechanism_words() noexcept;
std::span<const WordName> mode_words() noexcept;
std::span<const WordName> on_plaintext_words() noexcept;
std::span<const WordName> on_exposed_words() noexcept;
std::span<const WordName> before_tls_words() noexcept;
std::span<const WordName> stls_listing_words() noexcept;
std::span<const WordName> balance_words() noexcept;
std::span<const WordName> backend_tls_words() noexcept;
std::span<const WordName> verify_words() noexcept;
std::span<const WordName> backend_auth_words() noexcept;
std::span<const WordName> client_address_words() noexcept;
std::span<const WordName> capability_words() noexcept;
std::span<const WordName> command_words() noexcept;
std::span<const WordName> error_text_words() noexcept;
std::span<const WordName> line_ends_words() noexcept;
std::span<const WordName> body_words() noexcept;
std::span<const WordName> log_format_words() noexcept;
std::span<const WordName> log_level_words() noexcept;
std::span<const WordName> log_user_words() noexcept;
std::span<const WordName> cluster_failure_words() noexcept;
std::span<const WordName> sandbox_words() noexcept;
std::string_view word_for(SandboxMode mode) noexcept;

}  // namespace postern::conf
