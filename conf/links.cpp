// SPDX-License-Identifier: Apache-2.0
#include "conf/links.hpp"

#include <utility>

namespace postern::conf {

policy::Link link_of(tls::Version version) noexcept {
  switch (version) {
    case tls::Version::kTls10:
      return policy::Link::kTls10;
    case tls::Version::kTls11:
      return policy::Link::kTls11;
    case tls::Version::kTls12:
      return policy::Link::kTls12;
    case tls::Version::kTls13:
      return policy::Link::kTls13;
  }
  std::unreachable();
}

tls::Version version_of(policy::Link link) noexcept {
  switch (link) {
    case policy::Link::kPlaintext:
    case policy::Link::kTls10:
      return tls::Version::kTls10;
    case policy::Link::kTls11:
      return tls::Version::kTls11;
    case policy::Link::kTls12:
      return tls::Version::kTls12;
    case policy::Link::kTls13:
      return tls::Version::kTls13;
  }
  std::unreachable();
}

}  // namespace postern::conf
