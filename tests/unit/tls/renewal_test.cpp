// SPDX-License-Identifier: Apache-2.0
#include "tls/renewal.hpp"

#include <catch2/catch.hpp>

#include "tests/support/test_chain.hpp"

namespace postern::testing {
namespace {

using std::chrono::days;
using Names = std::vector<std::string>;
using Loaded = std::shared_ptr<const tls::Certificate>;

std::chrono::sys_seconds today() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Loaded parsed(const Issued& leaf, const std::string& rest = {}) {
  auto made = tls::Certificate::parse(leaf.cert_pem() + rest, leaf.key_pem(), "test");
  REQUIRE(made);
  return *made;
}

std::string objection(const Loaded& newer, const Loaded& before, const Names& names = {},
                      std::chrono::sys_seconds now = today()) {
  return tls::objection_to(*newer, before.get(), {.names = names, .now = now}).value_or("");
}

struct Family {
  Issued root{"root"};
  Issued inner{"inner", &root};
  Issued other{"other", &root};

  Loaded leaf(const Issue& how = {}) const {
    return parsed(Issued("a.example", &inner, how), inner.cert_pem());
  }
};

}  // namespace

TEST_CASE("a renewal that is as good as the one before is taken") {
  const Family family;
  CHECK(objection(family.leaf(), family.leaf(), {"a.example", "b.example"}).empty());
  CHECK(objection(family.leaf(), nullptr, {"a.example"}).empty());
  // Of another issuer, which may have no intermediates.
  CHECK(objection(parsed(Issued("a.example", &family.root)), family.leaf()).empty());
}

TEST_CASE("a certificate out of its days is never taken") {
  const Family family;
  const Loaded good = family.leaf();
  CHECK(objection(good, nullptr, {}, good->not_after() + std::chrono::seconds(1))
            .starts_with("the certificate expired on 20"));
  CHECK(objection(good, good, {}, good->not_before() - days(1))
            .starts_with("the certificate is not valid before 20"));
  CHECK(objection(good, good, {}, good->not_after()).empty());
}

TEST_CASE("a name that clients use may not be lost, any other may") {
  const Family family;
  const Loaded before = family.leaf({.names = "DNS:a.example,DNS:b.example,DNS:c.example"});
  const Loaded after = family.leaf({.names = "DNS:a.example,DNS:c.example"});
  CHECK(objection(after, before, {"a.example", "b.example"}) ==
        "it does not cover \"b.example\", which the certificate in use does");
  CHECK(objection(after, before, {"a.example"}).empty());
  CHECK(objection(after, before, {"d.example"}).empty());
}

TEST_CASE("the certificate of the same issuer may not be lost") {
  const Family family;
  const Loaded alone = parsed(Issued("a.example", &family.inner));
  CHECK(objection(alone, family.leaf())
            .starts_with("the certificate of its issuer is missing, which the chain in use has"));
  CHECK(objection(alone, alone).empty());
  const Loaded foreign = parsed(Issued("a.example", &family.inner), family.other.cert_pem());
  CHECK(objection(foreign, family.leaf()).starts_with("the certificate of its issuer is missing"));
}

TEST_CASE("a chain that clients refuse does not take the place of one that they do not") {
  const Family family;
  const Loaded good = family.leaf();
  const Loaded small = family.leaf({.rsa_bits = 1024});
  CHECK(objection(small, good).contains("RSA key of 1024 bits"));
  CHECK(objection(small, small).empty());
  const Loaded old_hash = family.leaf({.digest = EVP_sha1()});
  CHECK(objection(old_hash, good).contains("SHA-1"));
  CHECK(objection(old_hash, small).contains("SHA-1"));
  // Where clients would look for the missing one, of another issuer.
  const Loaded alone =
      parsed(Issued("a.example", &family.other, {.issuer_at = "http://ca.example/other.der"}));
  CHECK(objection(alone, good).contains("is missing"));
}

TEST_CASE("chains are compared as a whole, leaves by their fingerprint") {
  const Family family;
  const Issued leaf("a.example", &family.inner);
  const Loaded whole = parsed(leaf, family.inner.cert_pem());
  CHECK(tls::same_chain(*whole, *parsed(leaf, family.inner.cert_pem())));
  CHECK_FALSE(tls::same_chain(*whole, *parsed(leaf)));
  CHECK_FALSE(tls::same_chain(*whole, *family.leaf()));
  const std::string fingerprint = tls::fingerprint_of(*whole);
  CHECK(fingerprint.size() == 64);
  CHECK(fingerprint.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(fingerprint == tls::fingerprint_of(*parsed(leaf)));
  CHECK(fingerprint != tls::fingerprint_of(*family.leaf()));
}

}  // namespace postern::testing
