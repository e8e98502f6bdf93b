// SPDX-License-Identifier: Apache-2.0
#include "tls/pem_text.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/test_chain.hpp"
#include "tls/certificate.hpp"
#include "tls/certificate_parts.hpp"

namespace postern::tls {
namespace {

using testing::Issued;

const std::string kMark = "\xEF\xBB\xBF";

struct World {
  Issued root{"root"};
  Issued inner{"inner", &root};
  Issued leaf{"pop.example.com", &inner};
  std::string key = leaf.key_pem();

  // How many certificates are found, or what is said instead.
  std::string outcome(const std::string& chain) const {
    const auto certificate = Certificate::parse(chain, key, "f.pem");
    if (!certificate) return certificate.error().said();
    return std::to_string((*certificate)->parts().chain.size());
  }
};

std::string with_line_ends(std::string text, std::string_view line_end) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += line_end.size()) {
    text.replace(at, 1, line_end);
  }
  return text;
}

TEST_CASE("files that were joined are read whole", "[pem]") {
  const World world;
  const std::string leaf = world.leaf.cert_pem();
  const std::string inner = world.inner.cert_pem();
  CHECK(world.outcome(leaf + inner) == "2");
  CHECK(world.outcome(kMark + leaf + kMark + inner) == "2");
  CHECK(world.outcome(leaf + "\n\n" + kMark + "\n" + inner + kMark) == "2");
  CHECK(world.outcome(leaf + "  \t" + inner) == "2");
  CHECK(world.outcome(with_line_ends(kMark + leaf + kMark + inner, "\r\n")) == "2");
  CHECK(world.outcome(with_line_ends(leaf + inner, " \n")) == "2");
  // The first has no end of its last line.
  CHECK(world.outcome(leaf.substr(0, leaf.size() - 1) + inner) == "2");
  CHECK(world.outcome(leaf.substr(0, leaf.size() - 1) + kMark + inner) == "2");
  // Words between blocks are what RFC 7468 allows and openssl writes.
  CHECK(world.outcome("subject=CN = pop\nissuer=CN = inner\n" + leaf + "\n 1 s:CN = inner\n" +
                      inner) == "2");
}

TEST_CASE("the key is found behind a mark, too", "[pem]") {
  const World world;
  CHECK(Certificate::parse(world.leaf.cert_pem(), kMark + world.key, "f.pem"));
}

TEST_CASE("what looks like a block and is none is named by its line", "[pem]") {
  const World world;
  const std::string leaf = world.leaf.cert_pem();
  const std::string inner = world.inner.cert_pem();
  const auto lines = std::ranges::count(leaf, '\n');
  const auto line = [&](long behind) { return "line " + std::to_string(lines + behind) + " "; };
  const std::string boundary =
      "looks like the beginning or the end of a block but is not one: it must be exactly "
      "-----BEGIN "
      "CERTIFICATE----- (f.pem)";
  CHECK(world.outcome(leaf + inner.substr(1)) == line(1) + boundary);
  CHECK(world.outcome(leaf + "> " + inner) == line(1) + boundary);
  CHECK(world.outcome(leaf + "\xE2\x80\x94"
                             "BEGIN CERTIFICATE\xE2\x80\x94\n") == line(1) + boundary);
  CHECK(world.outcome(leaf + inner.substr(inner.find('\n') + 1)) ==
        line(1) + "looks like a part of a block whose -----BEGIN line is missing (f.pem)");
  CHECK(world.outcome(leaf + inner.substr(0, inner.size() - 40)) ==
        line(1) + "begins a block that has no end (f.pem)");
  CHECK(world.outcome(leaf + inner.substr(0, 80) + "\n" + inner) ==
        line(1) + "begins a block that has no end (f.pem)");
  CHECK(world.outcome(leaf + "-----END CERTIFICATE-----\n") ==
        line(1) + "ends a block that has no beginning (f.pem)");
}

TEST_CASE("certificates in other forms are named, with what converts them", "[pem]") {
  const World world;
  const auto block = [&](const std::string& kind) {
    return "-----BEGIN " + kind + "-----\nMIIB\n-----END " + kind + "-----\n";
  };
  CHECK(world.outcome(world.leaf.cert_pem() + block("TRUSTED CERTIFICATE")) ==
        "TRUSTED CERTIFICATE is OpenSSL's own format, which no client accepts (f.pem); cp -p f.pem "
        "f.pem.old && openssl crl2pkcs7 -nocrl -certfile f.pem.old | openssl pkcs7 -print_certs "
        "-out f.pem");
  CHECK(world.outcome(block("PKCS7")) ==
        "the certificates are wrapped in PKCS #7 (f.pem); cp -p f.pem f.pem.old && openssl pkcs7 "
        "-print_certs -in f.pem.old -out f.pem");
  CHECK(world.outcome(block("CERTIFICATE REQUEST")) ==
        "it holds a certificate request; put the certificate that was issued for it here (f.pem)");
  const std::string wide("-\0-\0-\0-\0-\0B\0", 12);
  for (const std::string& utf16 : {"\xFF\xFE" + wide, wide}) {
    CHECK(world.outcome(utf16) ==
          "the file is UTF-16, as PowerShell writes it (f.pem); cp -p f.pem f.pem.old && iconv -f "
          "UTF-16 -t ASCII f.pem.old > f.pem");
  }
}

TEST_CASE("files that are no PEM are named, with what converts them", "[pem]") {
  const auto said = [](std::string_view start, PemContent content) {
    const std::string file = std::string(start) + std::string(100, '\x01');
    const auto text = tidy_pem(file, content, "f");
    REQUIRE_FALSE(text);
    return text.error();
  };
  const std::string kept = "cp -p f f.old && openssl ";
  const std::string_view sequence("\x30\x82\x03\x20\x30\x82\x02\x08", 8);
  CHECK(said(sequence, PemContent::kCertificates) ==
        Error{ErrorKind::kCertificate, 0, "the file is DER, not PEM (f)",
              kept + "x509 -inform der -in f.old -out f"});
  CHECK(said(sequence, PemContent::kKey) == Error{ErrorKind::kKey, 0,
                                                  "the file is DER, not PEM (f)",
                                                  kept + "pkey -inform der -in f.old -out f"});
  // A key on a curve is so small that its length has one byte.
  const std::string small = std::string("\x30\x05\x02\x01\x00\x04\x00", 7);
  const auto small_key = tidy_pem(small, PemContent::kKey, "f");
  REQUIRE_FALSE(small_key);
  CHECK(small_key.error().text == "the file is DER, not PEM (f)");
  const std::string pkcs12("\x30\x82\x0A\x00\x02\x01\x03\x30", 8);
  CHECK(said(pkcs12, PemContent::kKey).text == "the file is PKCS #12, not PEM (f)");
  CHECK(said(pkcs12, PemContent::kKey).fix == kept + "pkcs12 -nodes -in f.old -out f");
  // OpenSSL 3 has what Windows encrypts with only where it is asked for.
  const std::string windows = pkcs12 + "\x06\x0A\x2A\x86\x48\x86\xF7\x0D\x01\x0C\x01\x06";
  CHECK(said(windows, PemContent::kKey).fix == kept + "pkcs12 -legacy -nodes -in f.old -out f");
  const std::string_view pkcs7("\x30\x82\x0A\x00\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02", 15);
  CHECK(said(pkcs7, PemContent::kCertificates).said() ==
        "the file is PKCS #7, not PEM (f); " + kept +
            "pkcs7 -inform der -print_certs -in f.old -out f");
}

}  // namespace
}  // namespace postern::tls
