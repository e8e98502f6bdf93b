// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tls_client.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>

namespace postern::testing {
namespace {

void require_client(bool ok, const char* what) {
  if (!ok) {
    throw std::runtime_error(std::string("test client: ") + what);
  }
}

std::vector<std::uint8_t> alpn_wire(const std::vector<std::string>& protocols) {
  std::vector<std::uint8_t> wire;
  for (const std::string& protocol : protocols) {
    wire.push_back(static_cast<std::uint8_t>(protocol.size()));
    wire.insert(wire.end(), protocol.begin(), protocol.end());
  }
  return wire;
}

void trust(SSL_CTX* context, const std::string& root_pem) {
  const bssl::UniquePtr<BIO> bio(
      BIO_new_mem_buf(root_pem.data(), static_cast<int>(root_pem.size())));
  const bssl::UniquePtr<X509> root(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  require_client(root && X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root.get()) == 1,
                 "root");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

// The leaf comes first.
void show_own(SSL_CTX* context, const std::string& cert_pem, const std::string& key_pem) {
  const bssl::UniquePtr<BIO> bio(
      BIO_new_mem_buf(cert_pem.data(), static_cast<int>(cert_pem.size())));
  const bssl::UniquePtr<X509> leaf(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  require_client(leaf && SSL_CTX_use_certificate(context, leaf.get()) == 1, "own certificate");
  while (
      const bssl::UniquePtr<X509> link{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    require_client(SSL_CTX_add1_chain_cert(context, link.get()) == 1, "own chain");
  }
  ERR_clear_error();  // the end of the text is one
  const bssl::UniquePtr<BIO> key_bio(
      BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  const bssl::UniquePtr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  require_client(key && SSL_CTX_use_PrivateKey(context, key.get()) == 1, "own key");
}

void expect_name(SSL* ssl, const std::string& name) {
  X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
  const bool ok = X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str()) == 1 ||
                  X509_VERIFY_PARAM_set1_host(param, name.data(), name.size()) == 1;
  require_client(ok, "name to verify");
}

}  // namespace

TlsClient::TlsClient(const TlsClientOptions& options) : context_(SSL_CTX_new(TLS_method())) {
  SSL_CTX* context = context_.get();
  SSL_CTX_set_min_proto_version(context, options.min_version);
  SSL_CTX_set_max_proto_version(context, options.max_version);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, [](SSL* ssl, SSL_SESSION* session) {
    auto* self = static_cast<TlsClient*>(SSL_get_app_data(ssl));
    self->ticket_.reset(session);
    ++self->tickets_;
    return 1;
  });
  SSL_CTX_set_info_callback(context, [](const SSL* ssl, int type, int value) {
    if (type == SSL_CB_READ_ALERT) {
      static_cast<TlsClient*>(SSL_get_app_data(ssl))->alert_ = value & 0xff;
    }
  });
  if (!options.ciphers.empty()) {
    require_client(SSL_CTX_set_strict_cipher_list(context, options.ciphers.c_str()) == 1,
                   "ciphers");
  }
  if (!options.groups.empty()) {
    require_client(SSL_CTX_set1_curves_list(context, options.groups.c_str()) == 1, "groups");
  }
  if (!options.root_pem.empty()) {
    trust(context, options.root_pem);
  }
  if (!options.cert_pem.empty()) {
    show_own(context, options.cert_pem, options.key_pem);
  }
  ssl_.reset(SSL_new(context));
  SSL* ssl = ssl_.get();
  SSL_set_app_data(ssl, this);
  in_ = BIO_new(BIO_s_mem());
  out_ = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(in_, -1);
  SSL_set_bio(ssl, in_, out_);
  SSL_set_connect_state(ssl);
  if (!options.signatures.empty()) {
    require_client(SSL_set_verify_algorithm_prefs(ssl, options.signatures.data(),
                                                  options.signatures.size()) == 1,
                   "signatures");
  }
  if (!options.sni.empty()) {
    require_client(SSL_set_tlsext_host_name(ssl, options.sni.c_str()) == 1, "sni");
  }
  if (!options.verify_name.empty()) {
    expect_name(ssl, options.verify_name);
  }
  if (!options.alpn.empty()) {
    const auto wire = alpn_wire(options.alpn);
    require_client(SSL_set_alpn_protos(ssl, wire.data(), static_cast<unsigned>(wire.size())) == 0,
                   "alpn");
  }
  if (options.session != nullptr) {
    require_client(SSL_set_session(ssl, options.session) == 1, "session");
  }
}

Step TlsClient::step(int ret) {
  if (ret > 0) {
    return Step::kDone;
  }
  // The connection's own state tells as much as a client in a test needs to know.
  if (SSL_want_read(ssl_.get()) == 1) {
    return Step::kWants;
  }
  const bool closed = (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  const bool clean = ERR_peek_error() == 0;
  ERR_clear_error();
  return closed && clean ? Step::kClosed : Step::kFailed;
}

Step TlsClient::handshake() { return step(SSL_do_handshake(ssl_.get())); }

Step TlsClient::read() {
  std::array<char, 16384> buffer;
  for (;;) {
    const int n = SSL_read(ssl_.get(), buffer.data(), buffer.size());
    if (n <= 0) {
      return step(n);
    }
    received.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

void TlsClient::write(std::string_view plaintext) {
  const int n = SSL_write(ssl_.get(), plaintext.data(), static_cast<int>(plaintext.size()));
  require_client(n == static_cast<int>(plaintext.size()), "write");
}

void TlsClient::close() { require_client(SSL_shutdown(ssl_.get()) >= 0, "close"); }

void TlsClient::feed(std::string_view ciphertext) {
  BIO_write(in_, ciphertext.data(), static_cast<int>(ciphertext.size()));
}

std::string TlsClient::take() {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  BIO_mem_contents(out_, &data, &size);
  std::string bytes(data, data + size);
  BIO_reset(out_);
  return bytes;
}

int TlsClient::server_key() const {
  const bssl::UniquePtr<X509> leaf(SSL_get_peer_certificate(ssl_.get()));
  require_client(leaf != nullptr, "no server certificate");
  const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(leaf.get()));
  return key == nullptr ? 0 : EVP_PKEY_id(key.get());
}

std::string TlsClient::server_name() const {
  const bssl::UniquePtr<X509> leaf(SSL_get_peer_certificate(ssl_.get()));
  require_client(leaf != nullptr, "no server certificate");
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(leaf.get()), NID_commonName, name.data(),
                            name.size());
  return name.data();
}

}  // namespace postern::testing
