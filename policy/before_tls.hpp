// SPDX-License-Identifier: Apache-2.0
// What is shown to a client before TLS. It changes what a client is told, and never what it may.
#pragma once

#include <cstdint>

namespace postern::policy {

/// Whether CAPA lists USER where it will be refused for want of TLS, so that programs which give up
/// after a list without any login come far enough to say who they are and to read the advice.
enum class BeforeTls : std::uint8_t { kStrict, kTalkative };

/// Whether CAPA lists STLS where it is to be had. Hidden from programs that upgrade by themselves
/// and break; whoever sends it all the same is answered.
enum class StlsListing : std::uint8_t { kShown, kHidden };

}  // namespace postern::policy
