// SPDX-License-Identifier: Apache-2.0
// One function for each alternative of a variant: std::visit with it does not compile where one is
// missing.
#pragma once

namespace postern::pop3 {

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

}  // namespace postern::pop3
