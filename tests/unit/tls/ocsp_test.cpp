// SPDX-License-Identifier: Apache-2.0
#include "tls/ocsp.hpp"

#include <catch2/catch.hpp>

#include "tests/support/ocsp_response.hpp"
#include "tests/support/test_chain.hpp"

namespace postern::testing {
namespace {

using Loaded = std::shared_ptr<const tls::Certificate>;

Loaded certificate() {
  const Issued root("root");
  const Issued leaf("a.example", &root);
  auto made = tls::Certificate::parse(leaf.cert_pem() + root.cert_pem(), leaf.key_pem(), "test");
  REQUIRE(made);
  return *made;
}

std::string fault(const std::string& der, const Loaded& of) {
  const auto answer = tls::read_ocsp(der, *of);
  return answer ? "" : answer.error();
}

constexpr std::chrono::sys_days kFrom = std::chrono::year(2026) / 11 / 1;

}  // namespace

TEST_CASE("a response about the leaf tells its time") {
  const Loaded of = certificate();
  const auto answer = tls::read_ocsp(ocsp_response(*of), *of);
  REQUIRE(answer);
  CHECK(answer->this_update == kFrom);
  CHECK(answer->next_update == kFrom + std::chrono::days(7));
  CHECK_FALSE(tls::out_of_time(*answer, kFrom));
  CHECK_FALSE(tls::out_of_time(*answer, kFrom - std::chrono::minutes(5)));
  CHECK(tls::out_of_time(*answer, kFrom - std::chrono::minutes(6))
            .value()
            .starts_with("it is not valid before 2026-11-01 00:00"));
  CHECK(tls::out_of_time(*answer, kFrom + std::chrono::days(7))
            .value()
            .starts_with("its time was over on 2026-11-08 00:00"));
  const auto lasting = tls::read_ocsp(ocsp_response(*of, {.until = ""}), *of);
  REQUIRE(lasting);
  CHECK_FALSE(tls::out_of_time(*lasting, kFrom + std::chrono::years(9)));
}

TEST_CASE("a response that says nothing good, or not of this leaf, is not for stapling") {
  const Loaded of = certificate();
  CHECK(fault(ocsp_response(*of, {.status = OcspStatus::kRevoked}), of).contains("is revoked"));
  CHECK(fault(ocsp_response(*of, {.status = OcspStatus::kUnknown}), of).contains("does not know"));
  CHECK(fault(ocsp_response(*of, {.other_serial = true}), of) == "it is about another certificate");
  CHECK(fault(ocsp_response(*of, {.other_issuer = true}), of) == "it is about another certificate");
  CHECK(fault(ocsp_response(*certificate()), of) == "it is about another certificate");
  CHECK(fault(std::string("\x30\x03\x0a\x01\x03", 5), of) ==
        "the responder answered with an error: try again later");
  CHECK(fault(std::string("\x30\x03\x0a\x01\x09", 5), of) ==
        "the responder answered with an error");
}

TEST_CASE("what is no response, or half of one, is no response") {
  const Loaded of = certificate();
  const std::string whole = ocsp_response(*of);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(fault(whole.substr(0, size), of) == "it is no OCSP response in DER");
  }
  CHECK(fault(whole + "x", of) == "it is no OCSP response in DER");
  CHECK(fault("-----BEGIN CERTIFICATE-----", of) == "it is no OCSP response in DER");
  for (std::size_t place = 0; place < whole.size(); ++place) {
    std::string bent = whole;
    bent[place] = static_cast<char>(bent[place] ^ 0x55);
    fault(bent, of);  // whatever it says, it comes to an end
  }
  CHECK(fault(ocsp_response(*of, {.from = "nonsense"}), of) == "it is no OCSP response in DER");
}

}  // namespace postern::testing
