// SPDX-License-Identifier: Apache-2.0
// Mail servers let in one account under many spellings of its name: in any case of letters, with
// the domain after it or before it. Here they are one.
#pragma once

#include <string>
#include <string_view>

namespace postern::policy {

/// "alice" for `ALICE`, `alice@example.com`, `alice%example.com`, `CORP\alice`, `CORP/alice`,
/// `CORP/alice/shared` (the mailbox that she opens there) and `alice@example.com/shared`, with
/// blanks around it or not; a name that is all domain is itself. In lower case, as far as ASCII
/// goes. Two accounts of one name in two domains are one here: who compares them compares a
/// password as well.
std::string account_of(std::string_view user);

}  // namespace postern::policy
