// SPDX-License-Identifier: Apache-2.0
#include "tls/refusal.hpp"

#include <openssl/nid.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "policy/date.hpp"
#include "tls/leaf.hpp"
#include "tls/pin.hpp"

namespace postern::tls {
namespace {

// The issuer's name, or its organisation's; '?' for what could be mistaken for something else.
std::string issuer_of(const X509* cert) {
  X509_NAME* const issuer = X509_get_issuer_name(cert);
  std::array<char, 64> text{};
  for (const int part : {NID_commonName, NID_organizationName}) {
    const int size = X509_NAME_get_text_by_NID(issuer, part, text.data(), text.size());
    if (size <= 0) {
      continue;
    }
    std::string name(text.data());
    std::ranges::replace_if(name, [](char c) { return c < ' ' || c > '~' || c == '"'; }, '?');
    return '"' + name + '"';
  }
  return "without a name";
}

std::string time_text(const ASN1_TIME* time) { return policy::minute_text(to_time(time)) + " UTC"; }

std::string names_of(const X509* leaf) {
  constexpr std::size_t kMost = 6;
  const SubjectNames names = subject_names(leaf);
  if (names.texts.empty()) {
    return "it names none in its subjectAltName";
  }
  std::string list = "it is for ";
  for (std::size_t i = 0; i < std::min(kMost, names.texts.size()); ++i) {
    list.append(i == 0 ? "" : ", ").append(names.texts[i], 0, 255);
  }
  if (names.texts.size() > kMost) {
    list += " and " + std::to_string(names.texts.size() - kMost) + " more";
  }
  return list;
}

std::string stranger(const X509* at, std::string_view file) {
  return " comes from an authority that is not trusted, " + issuer_of(at) +
         "; its certificate belongs into " + std::string(file);
}

std::string subject_of(const X509* leaf, const X509* at) {
  return X509_cmp(leaf, at) == 0 ? "the certificate"
                                 : "a certificate of the chain, issued by " + issuer_of(at) + ",";
}

std::string wrong_key(const X509* leaf) {
  const auto pin = pin_of(leaf);
  return " has another key than those that are pinned; its own pin is " +
         (pin ? pin_text(*pin) : "unreadable");
}

}  // namespace

std::string refusal_of(long result, const X509* leaf, const X509* at, const std::string& name) {
  const std::string subject = subject_of(leaf, at);
  switch (result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return subject + " expired on " + time_text(X509_get0_notAfter(at));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return subject + " is not valid before " + time_text(X509_get0_notBefore(at)) +
             ": is the clock right?";
    case X509_V_ERR_HOSTNAME_MISMATCH:
      return "the certificate is for another name than " + name + ": " + names_of(leaf);
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "the certificate is for another address than " + name + ": " + names_of(leaf);
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "the certificate is signed by itself and not trusted; a copy of it belongs into "
             "ca_file";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "the certificate" + stranger(at, "ca_file");
    case X509_V_ERR_INVALID_PURPOSE:
      return subject + " is not meant for servers";
    case kWrongKey:
      return "the certificate" + wrong_key(leaf);
    default:
      return subject + " does not do: " + X509_verify_cert_error_string(result);
  }
}

std::string refusal_of_client(long result, const X509* leaf, const X509* at) {
  switch (result) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "the certificate is signed by itself and not trusted; a copy of it belongs into "
             "client_ca_file";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "the certificate" + stranger(at, "client_ca_file");
    case X509_V_ERR_INVALID_PURPOSE:
      return subject_of(leaf, at) + " is not meant for clients (extendedKeyUsage clientAuth)";
    default:
      return refusal_of(result, leaf, at, {});
  }
}

}  // namespace postern::tls
