// SPDX-License-Identifier: Apache-2.0
// What can be known of a login before it is complete: all of the world that a conversation looks
// at.
#pragma once

#include <string>
#include <string_view>

namespace postern::pop3 {

class Outlook {
 public:
  virtual ~Outlook() = default;

  /// Whether a login of this user would come to nothing, for its backend is known to be down; with
  /// an empty name, whether anybody's would. A look-up, which changes nothing.
  virtual bool is_hopeless(std::string_view user) const = 0;

  /// The user whom the certificate names that the client has shown; empty where there is none.
  virtual std::string certified_user() const { return {}; }
};

}  // namespace postern::pop3
