// SPDX-License-Identifier: Apache-2.0
#include <openssl/bio.h>
#include <openssl/cipher.h>
#include <openssl/ec_key.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/pool.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "tls/authority.hpp"
#include "tls/certificate.hpp"
#include "tls/certificate_parts.hpp"

namespace postern::tls {
namespace {

const Authority& authority() {
  static const Authority made("Test root");
  return made;
}

Error refusal(std::string_view chain, std::string_view key) {
  const auto certificate = Certificate::parse(chain, key, "privkey.pem");
  REQUIRE_FALSE(certificate);
  return certificate.error();
}

std::string text_of(BIO* bio) {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  BIO_mem_contents(bio, &data, &size);
  return std::string(data, data + size);
}

const std::string kPassphrase = "sesame";

std::string encrypted_pkcs8(EVP_PKEY* key) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  std::string phrase = kPassphrase;
  REQUIRE(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, EVP_aes_256_cbc(), phrase.data(),
                                        static_cast<int>(phrase.size()), nullptr, nullptr) == 1);
  return text_of(bio.get());
}

std::string encrypted_traditional(EVP_PKEY* key) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  std::string phrase = kPassphrase;
  REQUIRE(PEM_write_bio_ECPrivateKey(bio.get(), EVP_PKEY_get0_EC_KEY(key), EVP_aes_128_cbc(),
                                     reinterpret_cast<std::uint8_t*>(phrase.data()),
                                     static_cast<int>(phrase.size()), nullptr, nullptr) == 1);
  return text_of(bio.get());
}

TEST_CASE("a pair that belongs together is accepted", "[certificate]") {
  const PemPair pem = authority().issue({"pop.example.com"});
  CHECK(Certificate::parse(pem.chain, pem.key, "a"));
  // A chain keeps its order; text around the blocks and other blocks do not matter.
  const std::string noisy =
      "subject=pop\n" + pem.chain + "\nissuer=root\n" + authority().root_pem() + pem.key;
  const auto certificate = Certificate::parse(noisy, noisy, "a");
  REQUIRE(certificate);
  CHECK((*certificate)->parts().chain.size() == 2);
  CHECK((*certificate)->names() == std::vector<std::string>{"pop.example.com"});
}

TEST_CASE("a foreign key is a mismatch", "[certificate]") {
  const KeyType type = GENERATE(KeyType::kEcdsa, KeyType::kRsa, KeyType::kEd25519);
  const PemPair ours = authority().issue({"pop.example.com"});
  const PemPair other = authority().issue({"pop.example.com"}, type);
  const Error error = refusal(ours.chain, other.key);
  CHECK(error.kind == ErrorKind::kMismatch);
  CHECK(error.text == "the key does not belong to the certificate (privkey.pem)");
}

TEST_CASE("the leaf is found wherever it stands, and comes first", "[certificate]") {
  const PemPair pem = authority().issue({"pop.example.com"});
  const auto right = Certificate::parse(pem.chain + authority().root_pem(), pem.key, "a").value();
  const auto wrong = Certificate::parse(authority().root_pem() + pem.chain, pem.key, "a").value();
  CHECK(right->doubts().empty());
  CHECK(wrong->doubts().size() == 1);
  CHECK(wrong->names() == std::vector<std::string>{"pop.example.com"});
  REQUIRE(wrong->parts().chain.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(CRYPTO_BUFFER_len(wrong->parts().chain[i].get()) ==
          CRYPTO_BUFFER_len(right->parts().chain[i].get()));
  }
}

TEST_CASE("broken and empty chains", "[certificate]") {
  const PemPair pem = authority().issue({"pop.example.com"});
  const std::size_t middle = pem.chain.size() / 2;

  CHECK(refusal("", pem.key).text == "no certificate in PEM (privkey.pem)");
  CHECK(refusal("just text", pem.key).text == "no certificate in PEM (privkey.pem)");
  CHECK(refusal(pem.key, pem.key).text == "no certificate in PEM (privkey.pem)");

  std::string bad = pem.chain;
  bad[middle] = '!';
  CHECK(refusal(bad, pem.key).kind == ErrorKind::kCertificate);
  CHECK(refusal(pem.chain.substr(0, middle), pem.key).kind == ErrorKind::kCertificate);
  CHECK(refusal(pem.chain + pem.chain.substr(0, middle), pem.key).kind == ErrorKind::kCertificate);
  const std::string not_x509 = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  CHECK(refusal(not_x509, pem.key).text == "a certificate is not valid X.509 (privkey.pem)");
  CHECK(refusal(pem.chain + not_x509, pem.key).kind == ErrorKind::kCertificate);
}

TEST_CASE("broken, missing and unsupported keys", "[certificate]") {
  const PemPair pem = authority().issue({"pop.example.com"});
  CHECK(refusal(pem.chain, "").text == "no private key in PEM (privkey.pem)");
  CHECK(refusal(pem.chain, pem.chain).text == "no private key in PEM (privkey.pem)");
  CHECK(refusal(pem.chain, pem.key.substr(0, pem.key.size() / 2)).kind == ErrorKind::kKey);
  std::string bad = pem.key;
  bad[40] = bad[40] == 'A' ? 'B' : 'A';
  CHECK(refusal(pem.chain, bad).kind == ErrorKind::kKey);

  const bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_secp224r1));
  const bssl::UniquePtr<EVP_PKEY> p224(EVP_PKEY_new());
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  REQUIRE(EC_KEY_generate_key(ec.get()) == 1);
  REQUIRE(EVP_PKEY_set1_EC_KEY(p224.get(), ec.get()) == 1);
  REQUIRE(PEM_write_bio_PrivateKey(bio.get(), p224.get(), nullptr, nullptr, 0, nullptr, nullptr));
  CHECK(refusal(pem.chain, text_of(bio.get())).kind == ErrorKind::kKey);
}

TEST_CASE("an encrypted key is refused and nobody is asked for a passphrase", "[certificate]") {
  const PemPair pem = authority().issue({"pop.example.com"});
  const auto plain = Certificate::parse(pem.chain, pem.key, "a").value();
  EVP_PKEY* key = plain->parts().key.get();
  for (const std::string& encrypted : {encrypted_pkcs8(key), encrypted_traditional(key)}) {
    CAPTURE(encrypted.substr(0, 60));
    const Error error = refusal(pem.chain, encrypted);
    CHECK(error.kind == ErrorKind::kKey);
    CHECK(error.said() ==
          "the private key is encrypted, and has to be stored without a passphrase (privkey.pem); "
          "cp -p privkey.pem privkey.pem.old && openssl pkey -in privkey.pem.old -out privkey.pem");
  }
}

TEST_CASE("which names a certificate covers", "[certificate]") {
  const PemPair pem = authority().issue(
      {"pop.example.com", "*.example.org", "192.0.2.1", "2001:db8::1", "Mixed.Example.NET"});
  const auto certificate = Certificate::parse(pem.chain, pem.key, "a").value();
  const auto covers = [&](std::string_view name) { return certificate->matches(name); };

  CHECK(covers("pop.example.com"));
  CHECK(covers("POP.EXAMPLE.COM"));
  CHECK(covers("pop.example.com."));
  CHECK(covers("mixed.example.net"));
  CHECK(covers("any.example.org"));
  CHECK(covers("ANY.example.ORG"));
  CHECK(covers("192.0.2.1"));
  CHECK(covers("2001:db8::1"));
  CHECK(covers("2001:DB8:0:0::1"));
  CHECK(covers("[2001:db8::1]"));

  CHECK_FALSE(covers(""));
  CHECK_FALSE(covers("example.com"));
  CHECK_FALSE(covers("imap.example.com"));
  CHECK_FALSE(covers("example.org"));
  CHECK_FALSE(covers(".example.org"));
  CHECK_FALSE(covers("a.b.example.org"));
  CHECK_FALSE(covers("*.example.org"));
  CHECK_FALSE(covers("xexample.org"));
  CHECK_FALSE(covers("192.0.2.2"));
  CHECK_FALSE(covers("2001:db8::2"));
  CHECK_FALSE(covers(std::string_view("pop.example.com\0.evil", 21)));
}

TEST_CASE("the common name is no substitute", "[certificate]") {
  // The root has a common name and no SAN.
  const Authority root("pop.example.com");
  const PemPair pem = root.issue({"192.0.2.1"});
  const auto certificate = Certificate::parse(pem.chain, pem.key, "a").value();
  CHECK_FALSE(certificate->matches("pop.example.com"));
  CHECK(certificate->matches("192.0.2.1"));
}

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "postern-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string put(const std::string& name, const std::string& text) const {
    const auto path = path_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST_CASE("pairs are loaded from files", "[certificate]") {
  const Folder folder;
  const PemPair pem = authority().issue({"pop.example.com"});
  const std::string cert = folder.put("fullchain.pem", pem.chain);
  const std::string key = folder.put("privkey.pem", pem.key);
  CHECK(Certificate::load({cert, key}));

  const auto error = [](const std::string& cert_file, const std::string& key_file) {
    const auto loaded = Certificate::load({cert_file, key_file});
    REQUIRE_FALSE(loaded);
    return loaded.error();
  };
  const std::string missing = folder.path() + "/none.pem";
  CHECK(error(missing, key) ==
        Error{ErrorKind::kFile, ENOENT, "cannot read " + missing + ": No such file or directory"});
  CHECK(error(cert, missing).kind == ErrorKind::kFile);
  CHECK(error(cert, folder.path()) ==
        Error{ErrorKind::kFile, EISDIR, "cannot read " + folder.path() + ": Is a directory"});
  const std::string large = folder.put("large.pem", std::string(1024 * 1024 + 1, 'x'));
  CHECK(error(large, key).text == "cannot read " + large + ": larger than 1 MiB");
  const std::string other = folder.put("other.pem", authority().issue({"a"}).key);
  CHECK(error(cert, other).text == "the key does not belong to the certificate (other.pem)");
  CHECK(error(key, key).text == "no certificate in PEM (privkey.pem)");
  CHECK(error(folder.put("empty.pem", ""), key).text == "no certificate in PEM (empty.pem)");
}

}  // namespace
}  // namespace postern::tls
