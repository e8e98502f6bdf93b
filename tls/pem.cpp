// SPDX-License-Identifier: Apache-2.0
#include "tls/pem.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/mem.h>
#include <openssl/pem.h>

#include <cerrno>
#include <optional>
#include <string>

#include "policy/must.hpp"
#include "tls/failure.hpp"
#include "tls/file.hpp"
#include "tls/pem_text.hpp"

namespace postern::tls {
namespace {

struct Block {
  bssl::UniquePtr<char> name;
  bssl::UniquePtr<char> header;
  bssl::UniquePtr<std::uint8_t> data;
  std::size_t size = 0;

  bool is_certificate() const {
    const std::string_view kind(name.get());
    return kind == PEM_STRING_X509 || kind == PEM_STRING_X509_OLD;
  }
};

bool next_block(BIO* bio, Block& block) {
  char* name = nullptr;
  char* header = nullptr;
  std::uint8_t* data = nullptr;
  long size = 0;
  if (PEM_read_bio(bio, &name, &header, &data, &size) != 1) {
    return false;
  }
  block.name.reset(name);
  block.header.reset(header);
  block.data.reset(data);
  block.size = static_cast<std::size_t>(size);
  return true;
}

/// PEM text that may hold a key: wiped when it goes.
class Tidy {
 public:
  explicit Tidy(std::expected<std::string, Error> text) : text_(std::move(text)) {}
  ~Tidy() {
    if (text_) {
      OPENSSL_cleanse(text_->data(), text_->size());
    }
  }
  Tidy(const Tidy&) = delete;
  Tidy& operator=(const Tidy&) = delete;

  bool ok() const { return text_.has_value(); }
  const std::string& text() const { return *text_; }
  std::unexpected<Error> error() const { return std::unexpected(text_.error()); }

 private:
  std::expected<std::string, Error> text_;
};

// Why a block that is no plain certificate may not be passed over; nothing if it may.
std::optional<Error> objection(std::string_view kind, const std::string& path) {
  const std::string where = " (" + base_name(path) + ")";
  const std::string word = shell_word(path);
  if (kind == PEM_STRING_X509_TRUSTED) {
    return Error{ErrorKind::kCertificate, 0,
                 "TRUSTED CERTIFICATE is OpenSSL's own format, which no client accepts" + where,
                 "cp -p " + word + " " + word + ".old && openssl crl2pkcs7 -nocrl -certfile " +
                     word + ".old | openssl pkcs7 -print_certs -out " + word};
  }
  if (kind == PEM_STRING_PKCS7 || kind == PEM_STRING_PKCS7_SIGNED || kind == "CMS") {
    return Error{ErrorKind::kCertificate, 0, "the certificates are wrapped in PKCS #7" + where,
                 convert_command(path, "openssl pkcs7 -print_certs")};
  }
  return std::nullopt;
}

// What is said of a file without a certificate.
std::string without_certificate(bool has_request) {
  return has_request ? "it holds a certificate request; put the certificate that was issued for it "
                       "here"
                     : "no certificate in PEM";
}

bssl::UniquePtr<BIO> reader(std::string_view pem) {
  bssl::UniquePtr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  policy::must(bio != nullptr, "BIO_new_mem_buf");
  return bio;
}

// The end of the text looks like a missing block to BoringSSL; anything else is a broken one.
bool at_end() {
  const std::uint32_t code = ERR_peek_last_error();
  return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

std::unexpected<Error> refuse(ErrorKind kind, std::string text) {
  return std::unexpected(Error{kind, take_error(), std::move(text)});
}

// Answers a request for a passphrase with a refusal, and notes that there was one.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

}  // namespace

std::expected<std::string, Error> read_pem(const std::string& path) {
  auto bytes = read_file(path, kMaxFileBytes);
  if (bytes) {
    return *std::move(bytes);
  }
  const FileFault& fault = bytes.error();
  const std::string why = fault.number == EFBIG ? "larger than 1 MiB" : fault.why;
  return std::unexpected(Error{ErrorKind::kFile, static_cast<std::uint32_t>(fault.number),
                               "cannot read " + path + ": " + why});
}

std::expected<Chain, Error> parse_chain(std::string_view pem, std::string_view label) {
  ERR_clear_error();
  const Tidy tidy(tidy_pem(pem, PemContent::kCertificates, label));
  if (!tidy.ok()) {
    return tidy.error();
  }
  const auto bio = reader(tidy.text());
  Chain chain;
  Block block;
  bool has_request = false;
  while (next_block(bio.get(), block)) {
    const std::string_view kind(block.name.get());
    if (const auto why = objection(kind, std::string(label))) {
      ERR_clear_error();
      return std::unexpected(*why);
    }
    has_request |= kind == PEM_STRING_X509_REQ || kind == PEM_STRING_X509_REQ_OLD;
    if (block.is_certificate()) {
      chain.emplace_back(CRYPTO_BUFFER_new(block.data.get(), block.size, nullptr));
      policy::must(chain.back() != nullptr, "CRYPTO_BUFFER_new");
    }
  }
  if (!at_end()) {
    return refuse(ErrorKind::kCertificate,
                  "a PEM block is broken (" + base_name(std::string(label)) + ")");
  }
  if (chain.empty()) {
    return refuse(ErrorKind::kCertificate,
                  without_certificate(has_request) + " (" + base_name(std::string(label)) + ")");
  }
  ERR_clear_error();
  return chain;
}

std::expected<bssl::UniquePtr<EVP_PKEY>, Error> parse_key(std::string_view pem,
                                                          std::string_view label) {
  ERR_clear_error();
  const Tidy tidy(tidy_pem(pem, PemContent::kKey, label));
  if (!tidy.ok()) {
    return tidy.error();
  }
  const auto bio = reader(tidy.text());
  bool asked = false;
  bssl::UniquePtr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &asked));
  if (key == nullptr) {
    const std::string path(label);
    const std::string where = " (" + base_name(path) + ")";
    if (asked) {
      return std::unexpected(
          Error{ErrorKind::kKey, take_error(),
                "the private key is encrypted, and has to be stored without a passphrase" + where,
                convert_command(path, "openssl pkey")});
    }
    return refuse(ErrorKind::kKey,
                  (at_end() ? "no private key in PEM" : "the private key cannot be read") + where);
  }
  ERR_clear_error();
  return key;
}

PemBlocks blocks_in(std::string_view pem) {
  const Tidy tidy(tidy_pem(pem, PemContent::kCertificates, {}));
  return tidy.ok() ? PemBlocks::of(tidy.text()) : PemBlocks{};
}

}  // namespace postern::tls
