// SPDX-License-Identifier: Apache-2.0
// The files of the status page, as they are in page/: part of the program.
#pragma once

#include <string_view>

namespace postern::admin {

/// A template, see page_template.hpp.
std::string_view status_html() noexcept;
std::string_view status_css() noexcept;
std::string_view status_js() noexcept;

}  // namespace postern::admin
