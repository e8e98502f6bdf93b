// SPDX-License-Identifier: Apache-2.0
// TLS versions as the policy sees them: policy/ knows nothing of tls/, nor tls/ of policy/.
#pragma once

#include "policy/link.hpp"
#include "tls/tls_settings.hpp"

namespace postern::conf {

policy::Link link_of(tls::Version version) noexcept;

/// And back; kPlaintext is the oldest.
tls::Version version_of(policy::Link link) noexcept;

}  // namespace postern::conf
