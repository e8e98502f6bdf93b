// SPDX-License-Identifier: Apache-2.0
#include "tls/certificate.hpp"

#include <openssl/bytestring.h>
#include <openssl/ec_key.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "policy/host_name.hpp"
#include "policy/must.hpp"
#include "tls/certificate_parts.hpp"
#include "tls/chain.hpp"
#include "tls/failure.hpp"
#include "tls/file.hpp"
#include "tls/key_holder.hpp"
#include "tls/key_method.hpp"
#include "tls/leaf.hpp"
#include "tls/pem.hpp"
#include "tls/pem_blocks.hpp"
#include "tls/subject_ip.hpp"

namespace postern::tls {
namespace {

// Paths, or what stands in for them.
struct Labels {
  std::string cert;
  std::string key;
};

/// What the files of a pair hold.
struct LoadedPair {
  Chain chain;
  PemBlocks chain_blocks;
  bssl::UniquePtr<EVP_PKEY> key;  // only its public half where it is `held`
  std::shared_ptr<const HeldKey> held;
  PemBlocks key_blocks;
};

using LoadedCertificate = std::expected<std::shared_ptr<const Certificate>, Error>;

std::unexpected<Error> refuse(ErrorKind kind, std::string_view text, const std::string& label) {
  return std::unexpected(
      Error{kind, take_error(), std::string(text) + " (" + base_name(label) + ")"});
}

std::expected<Certs, Error> parse_certs(const Chain& chain, const std::string& label) {
  Certs certs;
  for (const auto& link : chain) {
    certs.emplace_back(X509_parse_from_buffer(link.get()));
    if (certs.back() == nullptr) {
      return refuse(ErrorKind::kCertificate, "a certificate is not valid X.509", label);
    }
  }
  return certs;
}

int curve_of(const EVP_PKEY* key) {
  const EC_KEY* ec = EVP_PKEY_get0_EC_KEY(key);
  return ec == nullptr ? 0 : EC_GROUP_get_curve_name(EC_KEY_get0_group(ec));
}

bool classify_key(Certificate::Parts& parts) {
  switch (EVP_PKEY_id(parts.key.get())) {
    case EVP_PKEY_RSA:
      parts.type = KeyType::kRsa;
      return true;
    case EVP_PKEY_ED25519:
      parts.type = KeyType::kEd25519;
      return true;
    case EVP_PKEY_EC:
      parts.type = KeyType::kEcdsa;
      parts.curve = curve_of(parts.key.get());
      return parts.curve == NID_X9_62_prime256v1 || parts.curve == NID_secp384r1 ||
             parts.curve == NID_secp521r1;
    default:
      return false;
  }
}

// Where the key's own certificate stands, wherever that is: a chain is sorted.
std::expected<std::size_t, Error> leaf_of(const EVP_PKEY* key, const Certs& certs,
                                          const Labels& labels) {
  const std::size_t position = position_of(key, certs);
  if (position < certs.size()) {
    return position;
  }
  return refuse(ErrorKind::kMismatch, "the key does not belong to the certificate", labels.key);
}

// From here on the chain is as it is served.
template <class Item>
void reorder(std::vector<Item>& items, const std::vector<std::size_t>& positions) {
  std::vector<Item> sorted;
  sorted.reserve(positions.size());
  for (const std::size_t position : positions) {
    sorted.push_back(std::move(items[position]));
  }
  items = std::move(sorted);
}

void describe(Certificate::Parts& parts, const X509* leaf) {
  SubjectNames names = subject_names(leaf);
  parts.names = std::move(names.texts);
  parts.addresses = std::move(names.addresses);
  parts.not_before = to_time(X509_get0_notBefore(leaf));
  parts.not_after = to_time(X509_get0_notAfter(leaf));
}

// What of both files is passed over, or has to be sorted.
void doubt(Certificate::Parts& parts, const Certs& certs, const ChainOrder& order,
           const LoadedPair& pair, const Labels& labels) {
  parts.doubts = doubts_about(certs, order, pair.chain_blocks, labels.cert);
  if (labels.key == labels.cert) {
    return;
  }
  const PemBlocks& blocks = pair.key_blocks;
  std::ranges::move(
      doubts_about_blocks(blocks, base_name(labels.key), rewrite_command(labels.key, blocks.key)),
      std::back_inserter(parts.doubts));
}

using Assembled = std::expected<std::unique_ptr<Certificate::Parts>, Error>;

Assembled assemble(LoadedPair pair, const Labels& labels) {
  auto parts = std::make_unique<Certificate::Parts>();
  auto certs = parse_certs(pair.chain, labels.cert);
  if (!certs) {
    return std::unexpected(certs.error());
  }
  parts->key = std::move(pair.key);
  parts->held = std::move(pair.held);
  if (!classify_key(*parts)) {
    return refuse(ErrorKind::kKey, "the key must be RSA, ECDSA (P-256, P-384, P-521) or Ed25519",
                  labels.key);
  }
  const auto leaf = leaf_of(parts->key.get(), *certs, labels);
  if (!leaf) {
    return std::unexpected(leaf.error());
  }
  const ChainOrder order = order_of(*certs, *leaf);
  describe(*parts, (*certs)[*leaf].get());
  doubt(*parts, *certs, order, pair, labels);
  parts->chain = std::move(pair.chain);
  reorder(parts->chain, order.served());
  return parts;
}

Assembled assemble(std::string_view chain_pem, std::string_view key_pem, const Labels& labels) {
  auto chain = parse_chain(chain_pem, labels.cert);
  if (!chain) {
    return std::unexpected(chain.error());
  }
  auto key = parse_key(key_pem, labels.key);
  if (!key) {
    return std::unexpected(key.error());
  }
  return assemble(
      {std::move(*chain), blocks_in(chain_pem), std::move(*key), nullptr, blocks_in(key_pem)},
      labels);
}

Assembled load_here(const CertificateFiles& files) {
  auto chain = read_pem(files.cert_file);
  if (!chain) {
    return std::unexpected(chain.error());
  }
  auto key = read_pem(files.key_file);
  if (!key) {
    return std::unexpected(key.error());
  }
  auto parts = assemble(*chain, *key, {files.cert_file, files.key_file});
  // Either file may hold the key.
  OPENSSL_cleanse(chain->data(), chain->size());
  OPENSSL_cleanse(key->data(), key->size());
  return parts;
}

// Null for what is none.
bssl::UniquePtr<EVP_PKEY> public_key_in(std::string_view der) {
  CBS cbs;
  CBS_init(&cbs, reinterpret_cast<const std::uint8_t*>(der.data()), der.size());
  return bssl::UniquePtr<EVP_PKEY>(EVP_parse_public_key(&cbs));
}

Chain chain_of(const std::vector<std::string>& certificates) {
  Chain chain;
  chain.reserve(certificates.size());
  for (const std::string& der : certificates) {
    chain.emplace_back(
        CRYPTO_BUFFER_new(reinterpret_cast<const std::uint8_t*>(der.data()), der.size(), nullptr));
    policy::must(chain.back() != nullptr, "CRYPTO_BUFFER_new");
  }
  return chain;
}

Assembled load_from(KeyHolder& keys, const CertificateFiles& files) {
  const auto told = keys.certificates_in(files.cert_file);
  if (!told) {
    return std::unexpected(told.error());
  }
  auto taken = keys.take(files.key_file);
  if (!taken) {
    return std::unexpected(taken.error());
  }
  auto key = public_key_in(taken->public_key);
  if (key == nullptr) {
    return refuse(ErrorKind::kKey, "the private key cannot be used", files.key_file);
  }
  return assemble({chain_of(told->certificates), PemBlocks::of(told->outline), std::move(key),
                   std::move(taken->held), PemBlocks::of(taken->outline)},
                  {files.cert_file, files.key_file});
}

// RFC 9525 section 6.3: a wildcard stands for exactly one whole label, the leftmost.
bool covers(std::string_view presented, std::string_view wanted) {
  if (!presented.starts_with("*.")) {
    return presented == wanted;
  }
  const std::size_t dot = wanted.find('.');
  return dot != std::string_view::npos && dot > 0 && presented.substr(1) == wanted.substr(dot);
}

}  // namespace

LoadedCertificate Certificate::load(const CertificateFiles& files, KeyHolder* keys) {
  auto parts = keys == nullptr ? load_here(files) : load_from(*keys, files);
  if (!parts) {
    return std::unexpected(parts.error());
  }
  return std::shared_ptr<const Certificate>(new Certificate(std::move(*parts)));
}

LoadedCertificate Certificate::parse(std::string_view chain_pem, std::string_view key_pem,
                                     std::string_view label) {
  auto parts = assemble(chain_pem, key_pem, {std::string(label), std::string(label)});
  if (!parts) {
    return std::unexpected(parts.error());
  }
  return std::shared_ptr<const Certificate>(new Certificate(std::move(*parts)));
}

Certificate::Certificate(std::shared_ptr<const Parts> parts, std::string ocsp)
    : parts_(std::move(parts)), ocsp_(std::move(ocsp)) {}

std::shared_ptr<const Certificate> Certificate::with_ocsp(std::string response) const {
  return std::shared_ptr<const Certificate>(new Certificate(parts_, std::move(response)));
}

Certificate::~Certificate() = default;

bool Certificate::matches(std::string_view name) const {
  if (const std::string address = ip_bytes(name); !address.empty()) {
    return std::ranges::find(parts_->addresses, address) != parts_->addresses.end();
  }
  if (!policy::is_host_name(name)) {
    return false;
  }
  const std::string wanted = policy::canonical_host_name(name);
  return std::ranges::any_of(
      parts_->names, [&](const std::string& presented) { return covers(presented, wanted); });
}

const std::vector<std::string>& Certificate::names() const noexcept { return parts_->names; }

std::chrono::sys_seconds Certificate::not_before() const noexcept { return parts_->not_before; }

std::chrono::sys_seconds Certificate::not_after() const noexcept { return parts_->not_after; }

KeyType Certificate::key_type() const noexcept { return parts_->type; }

const std::vector<Doubt>& Certificate::doubts() const noexcept { return parts_->doubts; }

bool show(SSL_CTX* ssl_context, const Certificate& certificate) {
  const auto& parts = certificate.parts();
  std::vector<CRYPTO_BUFFER*> chain;
  chain.reserve(parts.chain.size());
  for (const auto& link : parts.chain) {
    chain.push_back(link.get());
  }
  if (parts.held == nullptr) {
    return SSL_CTX_set_chain_and_key(ssl_context, chain.data(), chain.size(), parts.key.get(),
                                     nullptr) == 1;
  }
  ask_for_key(ssl_context, *parts.held);
  return SSL_CTX_set_chain_and_key(ssl_context, chain.data(), chain.size(), nullptr,
                                   &distant_key_method()) == 1;
}

}  // namespace postern::tls
