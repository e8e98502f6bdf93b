// SPDX-License-Identifier: Apache-2.0
// HTML from a template and values, in the way of Mustache, of which it knows only what cannot be
// wrong: every value is escaped, and there is no way around that.
//
//   {{name}}                     the value; {{.}} is the element of a list itself
//   {{#name}}...{{/name}}        once for each element of a list, or once where it is true,
//                                not empty and not zero
//   {{^name}}...{{/name}}        where it is not
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace postern::admin {

/// For the text of an element, and for the value of an attribute in quotes.
std::string escaped(std::string_view text);

/// Names are looked up in the innermost element, then further out; what is nowhere is empty. What
/// is no tag of the above is text.
std::string filled(std::string_view page, const nlohmann::json& values);

}  // namespace postern::admin
