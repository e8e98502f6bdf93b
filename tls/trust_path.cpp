// SPDX-License-Identifier: Apache-2.0
#include "tls/trust_path.hpp"

#include <openssl/err.h>
#include <openssl/nid.h>
#include <openssl/pool.h>
#include <openssl/stack.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "policy/must.hpp"
#include "tls/certificate_parts.hpp"
#include "tls/leaf.hpp"
#include "tls/refusal.hpp"
#include "tls/roots.hpp"

namespace postern::tls {
namespace {

using Presented = bssl::UniquePtr<STACK_OF(X509)>;

Presented presented_by(const Certificate& certificate) {
  Presented presented(sk_X509_new_null());
  policy::must(presented != nullptr, "sk_X509_new_null");
  for (const auto& each : certificate.parts().chain) {
    bssl::UniquePtr<X509> cert(X509_parse_from_buffer(each.get()));
    policy::must(cert != nullptr && bssl::PushToStack(presented.get(), std::move(cert)),
                 "a certificate that was read before");
  }
  return presented;
}

std::string name_of_root(X509* root) {
  std::array<char, 128> text{};
  X509_NAME* const subject = X509_get_subject_name(root);
  for (const int part : {NID_commonName, NID_organizationalUnitName, NID_organizationName}) {
    const int size =
        X509_NAME_get_text_by_NID(subject, part, text.data(), static_cast<int>(text.size()));
    if (size <= 0) {
      continue;
    }
    std::string name(text.data());
    std::ranges::replace_if(name, [](char c) { return c < ' ' || c > '~' || c == '"'; }, '?');
    return name;
  }
  return "without a name";
}

// What has expired is told by those who look at days.
int pass_over_days(int ok, X509_STORE_CTX* check) {
  switch (X509_STORE_CTX_get_error(check)) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return 1;
    default:
      return ok;
  }
}

TrustPath path_to(X509_STORE* roots, STACK_OF(X509) * presented) {
  X509* const leaf = sk_X509_value(presented, 0);
  const bssl::UniquePtr<X509_STORE_CTX> check(X509_STORE_CTX_new());
  policy::must(check && X509_STORE_CTX_init(check.get(), roots, leaf, presented) == 1 &&
                   X509_STORE_CTX_set_default(check.get(), "ssl_server") == 1,
               "X509_STORE_CTX_init");
  X509_STORE_CTX_set_verify_cb(check.get(), pass_over_days);
  if (X509_verify_cert(check.get()) == 1) {
    STACK_OF(X509)* const path = X509_STORE_CTX_get0_chain(check.get());
    X509* const root = sk_X509_value(path, sk_X509_num(path) - 1);
    return {
        .root = name_of_root(root), .root_made = to_time(X509_get0_notBefore(root)), .fault = {}};
  }
  const X509* const at = X509_STORE_CTX_get_current_cert(check.get());
  return {.root = {},
          .root_made = {},
          .fault = refusal_of(X509_STORE_CTX_get_error(check.get()), leaf,
                              at == nullptr ? leaf : at, {})};
}

}  // namespace

std::expected<TrustPath, Error> trust_path(const Certificate& certificate,
                                           const std::string& ca_file) {
  const Presented presented = presented_by(certificate);
  TrustPath path;
  const auto system = trusted_roots({});
  if (!system && ca_file.empty()) {
    return std::unexpected(system.error());
  }
  if (system) {
    path = path_to(system->get(), presented.get());
  }
  if (path.root.empty() && !ca_file.empty()) {
    const auto further = trusted_roots(ca_file);
    if (!further) {
      return std::unexpected(further.error());
    }
    path = path_to(further->get(), presented.get());
  }
  ERR_clear_error();
  return path;
}

}  // namespace postern::tls
