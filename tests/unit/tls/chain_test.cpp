// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/support/test_chain.hpp"
#include "tls/certificate.hpp"

namespace postern::tls {
namespace {

using testing::Issue;
using testing::Issued;

// What is said of these certificates, in this order, with the first one's key.
std::vector<std::string> doubts(std::initializer_list<const Issued*> chain) {
  std::string pem;
  for (const Issued* each : chain) pem += each->cert_pem();
  const auto certificate = Certificate::parse(pem, (*chain.begin())->key_pem(), "chain.pem");
  if (!certificate) FAIL(certificate.error().text);
  return (*certificate)->doubts();
}

using Doubts = std::vector<std::string>;

TEST_CASE("a chain in order is not doubted, with its root or without", "[chain]") {
  const Issued root("root");
  const Issued inner("inner", &root, {.issuer_at = "http://ca.example/root.der"});
  const Issued leaf("pop.example.com", &inner, {.issuer_at = "http://ca.example/inner.der"});
  CHECK(doubts({&leaf, &inner}).empty());
  CHECK(doubts({&leaf, &inner, &root}).empty());
  // What comes after the root hurts nobody.
  CHECK(doubts({&leaf, &inner, &root, &inner}).empty());
}

TEST_CASE("an authority without intermediates, and a certificate that issued itself", "[chain]") {
  const Issued root("root");
  const Issued leaf("pop.example.com", &root);
  CHECK(doubts({&leaf}).empty());
  CHECK(doubts({&leaf, &root}).empty());
  const Issued own("pop.example.com", nullptr, {.issuer_at = "http://ca.example/own.der"});
  CHECK(doubts({&own}).empty());
}

TEST_CASE("an intermediate that is missing is told, with where it is", "[chain]") {
  const Issued root("root");
  const Issued inner("Inner CA 3", &root);
  const Issued leaf("pop.example.com", &inner, {.issuer_at = "http://ca.example/3.der"});
  CHECK(
      doubts({&leaf}) ==
      Doubts{"the certificate of its issuer \"Inner CA 3\" is missing, and clients that do not "
             "know it refuse the chain; append it (it is at http://ca.example/3.der), or take the "
             "file that has both, such as fullchain.pem"});
}

TEST_CASE("an intermediate of somebody else is told", "[chain]") {
  const Issued root("root");
  const Issued inner("inner", &root);
  const Issued other("other", &root);
  const Issued leaf("pop.example.com", &inner);
  CHECK(
      doubts({&leaf, &other}) ==
      Doubts{"certificate 2, \"other\", did not issue certificate 1, \"pop.example.com\"; put the "
             "certificate of \"inner\" between them"});
  // The same name with another key is another one.
  const Issued namesake("inner", &root);
  CHECK(doubts({&leaf, &namesake}).size() == 1);
}

TEST_CASE("a chain out of order is told", "[chain]") {
  const Issued root("root");
  const Issued inner("inner", &root);
  const Issued leaf("pop.example.com", &inner);
  CHECK(doubts({&leaf, &root, &inner}) ==
        Doubts{"the chain is out of order: certificate 3, \"inner\", issued certificate 1; some "
               "clients refuse that; put each issuer right after what it issued"});
}

TEST_CASE("weak keys and signatures are told, wherever in the chain", "[chain]") {
  const Issued root("root", nullptr, {.digest = EVP_sha1()});  // nobody looks at a root's
  const Issued inner("inner", &root, {.rsa_bits = 1024});
  const Issued leaf("pop.example.com", &inner, {.rsa_bits = 1024, .digest = EVP_sha1()});
  const std::string clients_refuse =
      " bits, which clients refuse; have it issued again for a key of 2048 bits or more";
  CHECK(
      doubts({&leaf, &inner, &root}) ==
      Doubts{"certificate 1, \"pop.example.com\", has an RSA key of 1024" + clients_refuse,
             "certificate 1, \"pop.example.com\", is signed with a hash that clients refuse (SHA-1 "
             "or older); have it issued again",
             "certificate 2, \"inner\", has an RSA key of 1024" + clients_refuse});
  const Issued good("pop.example.com", &root, {.rsa_bits = 2048});
  CHECK(doubts({&good, &root}).empty());
}

TEST_CASE("a name in a certificate is outside data", "[chain]") {
  const Issued root("root");
  const Issued leaf("pop.example.com", &root);
  const Issued odd("a\x1b[31m\"b", nullptr);
  CHECK(doubts({&leaf, &odd}).front().starts_with("certificate 2, \"a?[31m?b\", did not issue"));
}

}  // namespace
}  // namespace postern::tls
