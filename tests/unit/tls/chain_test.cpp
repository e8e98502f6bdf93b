// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/support/test_chain.hpp"
#include "tls/certificate.hpp"

namespace postern::tls {
namespace {

using testing::Issue;
using testing::Issued;

// What is said of these certificates, in this order, with the first one's key or another's, and
// the key in a file of its own.
std::vector<std::string> doubts(std::initializer_list<const Issued*> chain,
                                const Issued* leaf = nullptr) {
  std::string pem;
  for (const Issued* each : chain) pem += each->cert_pem();
  const Issued& whose = leaf == nullptr ? **chain.begin() : *leaf;
  const auto certificate = Certificate::parse(pem, whose.key_pem(), "chain.pem");
  if (!certificate) FAIL(certificate.error().text);
  std::vector<std::string> texts;
  for (const Doubt& doubt : (*certificate)->doubts()) {
    CHECK_FALSE(doubt.check.empty());
    texts.push_back(doubt.said());
  }
  return texts;
}

// What puts these blocks, "b[2] b[1]", into the file.
std::string rewritten(const std::string& blocks) {
  return "; cp -p chain.pem chain.pem.old && awk 'BEGIN{RS=\"-----BEGIN \"} NR>1{b[NR-1]=RS $0 "
         "\"\\n\"} END{printf \"%s\", " +
         blocks + "}' chain.pem.old > chain.pem";
}

using Doubts = std::vector<std::string>;

TEST_CASE("a chain in order is not doubted, with its root or without", "[chain]") {
  const Issued root("root");
  const Issued inner("inner", &root, {.issuer_at = "http://ca.example/root.der"});
  const Issued leaf("pop.example.com", &inner, {.issuer_at = "http://ca.example/inner.der"});
  CHECK(doubts({&leaf, &inner}).empty());
  CHECK(doubts({&leaf, &inner, &root}).empty());
  // One that was signed by two: the other way out is served, too.
  const Issued old("old root");
  const Issued crossed = root.issued_by(old);
  CHECK(doubts({&leaf, &inner, &root, &crossed}).empty());
  CHECK(doubts({&leaf, &inner, &crossed}).empty());
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
  CHECK(doubts({&leaf}) ==
        Doubts{"the certificate of its issuer \"Inner CA 3\" is missing, and clients that do not "
               "know it refuse the chain" +
               rewritten("b[1]") +
               " && curl -fsS http://ca.example/3.der | openssl x509 -inform der >> chain.pem"});
}

TEST_CASE("an intermediate of somebody else is told", "[chain]") {
  const Issued root("root");
  const Issued inner("inner", &root);
  const Issued other("other", &root);
  const Issued leaf("pop.example.com", &inner);
  CHECK(
      doubts({&leaf, &other}) ==
      Doubts{"certificate 2, \"other\", did not issue certificate 1, \"pop.example.com\"; put the "
             "certificate of \"inner\" into its place, or take the file that has both, such as "
             "fullchain.pem"});
  // The same name with another key is another one.
  const Issued namesake("inner", &root);
  CHECK(doubts({&leaf, &namesake}).size() == 1);
  CHECK(doubts({&leaf, &inner, &other}) ==
        Doubts{"certificate 3, \"other\", issued nothing in the chain" + rewritten("b[1] b[2]")});
}

TEST_CASE("a chain out of order is sorted, and told", "[chain]") {
  const Issued root("root");
  const Issued inner("inner", &root);
  const Issued leaf("pop.example.com", &inner);
  const auto served_as = [](const std::string& list) {
    return "the chain is out of order, and its certificates are served as " + list +
           ", each issuer after what it issued";
  };
  CHECK(doubts({&leaf, &root, &inner}) ==
        Doubts{served_as("1, 3, 2") + rewritten("b[1] b[3] b[2]")});
  CHECK(doubts({&root, &inner, &leaf}, &leaf) ==
        Doubts{served_as("3, 2, 1") + rewritten("b[3] b[2] b[1]")});
  CHECK(doubts({&inner, &leaf}, &leaf) == Doubts{served_as("2, 1") + rewritten("b[2] b[1]")});
}

TEST_CASE("a certificate that is there twice is served once, and told", "[chain]") {
  const Issued root("root");
  const Issued inner("inner", &root);
  const Issued leaf("pop.example.com", &inner);
  CHECK(doubts({&leaf, &leaf, &inner}) ==
        Doubts{"certificate 2, \"pop.example.com\", is there twice, and served once" +
               rewritten("b[1] b[3]")});
  CHECK(doubts({&leaf, &inner, &root, &inner}).size() == 1);
}

TEST_CASE("blocks that are passed over are told", "[chain]") {
  const Issued root("root");
  const Issued leaf("pop.example.com", &root);
  const auto block = [](const std::string& kind) {
    return "-----BEGIN " + kind + "-----\nMIIB\n-----END " + kind + "-----\n";
  };
  const auto said = [&](const std::string& chain, const std::string& key) {
    std::vector<std::string> texts;
    const auto certificate = Certificate::parse(chain, key, "chain.pem");
    if (!certificate) FAIL(certificate.error().text);
    for (const Doubt& doubt : (*certificate)->doubts()) texts.push_back(doubt.said());
    return texts;
  };
  const std::string both = block("X509 CRL") + leaf.cert_pem() + leaf.key_pem();
  CHECK(said(both, both) ==
        Doubts{"block 1 of chain.pem is a list of revoked certificates, which is not sent to "
               "anybody (X509 CRL)" +
               rewritten("b[2] b[3]")});
  const std::string keys = leaf.cert_pem() + leaf.key_pem() + root.key_pem();
  CHECK(said(keys, keys) ==
        Doubts{"chain.pem holds 2 private keys, and only the first is looked at" +
               rewritten("b[1] b[2]")});
  const std::string curve = block("EC PARAMETERS") + leaf.key_pem() + leaf.cert_pem();
  CHECK(said(curve, curve).empty());
}

TEST_CASE("weak keys and signatures are told, wherever in the chain", "[chain]") {
  const Issued root("root", nullptr, {.digest = EVP_sha1()});  // nobody looks at a root's
  const Issued inner("inner", &root, {.rsa_bits = 1024});
  const Issued leaf("pop.example.com", &inner, {.rsa_bits = 1024, .digest = EVP_sha1()});
  const std::string clients_refuse = " bits, and clients refuse less than 2048; ";
  const std::string again =
      "have it issued again, for a new key: openssl req -new -newkey ec -pkeyopt "
      "ec_paramgen_curve:prime256v1 -nodes -subj / -keyout chain.pem.newkey -out chain.pem.request";
  CHECK(
      doubts({&leaf, &inner, &root}) ==
      Doubts{"certificate 1, \"pop.example.com\", has an RSA key of 1024" + clients_refuse + again,
             "certificate 1, \"pop.example.com\", is signed with a hash that clients refuse (SHA-1 "
             "or older); " +
                 again,
             "certificate 2, \"inner\", has an RSA key of 1024" + clients_refuse +
                 "take another authority's certificate"});
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
