// SPDX-License-Identifier: Apache-2.0
// What a server has said, fit to be shown: it comes from outside.
#pragma once

#include <string>
#include <string_view>

namespace postern::doctor {

/// Its beginning, without line ends; a question mark for whatever is no printable ASCII.
std::string shown(std::string_view said);

}  // namespace postern::doctor
