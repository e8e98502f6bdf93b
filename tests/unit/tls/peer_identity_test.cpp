// SPDX-License-Identifier: Apache-2.0
#include "tls/peer_identity.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/test_chain.hpp"

namespace postern::tls {
namespace {

bssl::UniquePtr<X509> cert_of(const std::string& name, const char* names = nullptr) {
  const std::string pem = testing::Issued(name, nullptr, {.names = names}).cert_pem();
  const bssl::UniquePtr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return bssl::UniquePtr<X509>(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

std::string user_in(const std::string& name, const char* names, ClientUser rule) {
  return identity_in(cert_of(name, names).get(), rule).user;
}

TEST_CASE("the user's name stands where the rule says", "[peer_identity]") {
  constexpr const char* kNames =
      "DNS:ann.example.com,email:ann@example.com,email:second@example.com,"
      "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:ann@corp.example.com";
  CHECK(user_in("Ann", kNames, ClientUser::kCommonName) == "Ann");
  CHECK(user_in("Ann", kNames, ClientUser::kEmail) == "ann@example.com");
  CHECK(user_in("Ann", kNames, ClientUser::kUpn) == "ann@corp.example.com");
}

TEST_CASE("where it does not stand there is no user", "[peer_identity]") {
  CHECK(user_in("Ann", "DNS:ann.example.com", ClientUser::kEmail).empty());
  CHECK(user_in("Ann", "DNS:ann.example.com", ClientUser::kUpn).empty());
  CHECK(user_in("Ann", "", ClientUser::kEmail).empty());
  // Another kind of other name is nobody's, and so is a UPN that is no UTF8String.
  CHECK(user_in("Ann", "otherName:1.2.3.4;UTF8:ann", ClientUser::kUpn).empty());
  CHECK(user_in("Ann", "otherName:1.3.6.1.4.1.311.20.2.3;IA5:ann", ClientUser::kUpn).empty());
}

TEST_CASE("a name that nobody could log in by is none", "[peer_identity]") {
  for (const std::string& name : {std::string("a\nb"), std::string("a\0b", 3), std::string("\x7f"),
                                  std::string(" a"), std::string("a ")}) {
    CHECK(user_in(name, "", ClientUser::kCommonName).empty());
  }
  CHECK(user_in("\xc3\xa4nne", "", ClientUser::kCommonName) == "\xc3\xa4nne");
}

TEST_CASE("the fingerprint is that of the certificate", "[peer_identity]") {
  const auto one = cert_of("ann");
  const auto other = cert_of("ann");
  const std::string print = identity_in(one.get(), ClientUser::kCommonName).fingerprint;
  CHECK(print.size() == 64);
  CHECK(print.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(print == identity_in(one.get(), ClientUser::kEmail).fingerprint);
  CHECK(print != identity_in(other.get(), ClientUser::kCommonName).fingerprint);
}

}  // namespace
}  // namespace postern::tls
