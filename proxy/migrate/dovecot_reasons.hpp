// SPDX-License-Identifier: Apache-2.0
// Why a setting of Dovecot has no counterpart.
#pragma once

#include <string_view>

namespace postern::migrate {

/// For any name; most of them are about mailboxes.
std::string_view reason_without(std::string_view setting) noexcept;

}  // namespace postern::migrate
