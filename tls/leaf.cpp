// SPDX-License-Identifier: Apache-2.0
#include "tls/leaf.hpp"

#include <openssl/asn1.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <string_view>

#include "policy/host_name.hpp"
#include "tls/subject_ip.hpp"

namespace postern::tls {
namespace {

std::string_view bytes_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

bool is_presentable(std::string_view name) {
  if (name.starts_with("*.")) {
    name.remove_prefix(2);
  }
  return policy::is_host_name(name);
}

void add_dns(std::string_view name, SubjectNames& names) {
  if (is_presentable(name)) {
    names.texts.push_back(policy::canonical_host_name(name));
  }
}

void add_ip(std::string_view bytes, SubjectNames& names) {
  if (std::string text = ip_text(bytes); !text.empty()) {
    names.texts.push_back(std::move(text));
    names.addresses.emplace_back(bytes);
  }
}

}  // namespace

SubjectNames subject_names(const X509* leaf) {
  SubjectNames names;
  const bssl::UniquePtr<GENERAL_NAMES> entries(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr)));
  if (entries == nullptr) {
    return names;
  }
  for (std::size_t i = 0; i < sk_GENERAL_NAME_num(entries.get()); ++i) {
    const GENERAL_NAME* entry = sk_GENERAL_NAME_value(entries.get(), i);
    if (entry->type == GEN_DNS) {
      add_dns(bytes_of(entry->d.dNSName), names);
    } else if (entry->type == GEN_IPADD) {
      add_ip(bytes_of(entry->d.iPAddress), names);
    }
  }
  return names;
}

std::optional<Pin> pin_of(const X509* leaf) {
  std::uint8_t* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &der);
  if (size <= 0) {
    return std::nullopt;
  }
  const bssl::UniquePtr<std::uint8_t> owned(der);
  Pin found{};
  SHA256(der, static_cast<std::size_t>(size), found.data());
  return found;
}

std::chrono::sys_seconds to_time(const ASN1_TIME* time) {
  const bssl::UniquePtr<ASN1_TIME> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (epoch == nullptr || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) {
    return {};
  }
  return std::chrono::sys_seconds{std::chrono::days(days) + std::chrono::seconds(seconds)};
}

}  // namespace postern::tls
