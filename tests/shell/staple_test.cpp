// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/staple.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/shell/place.hpp"
#include "tests/support/ocsp_response.hpp"
#include "tests/support/test_chain.hpp"

namespace postern::server {
namespace {

using std::chrono::hours;
using std::chrono::sys_days;
using testing::Issued;
using Due = Staple::Due;

constexpr std::chrono::sys_seconds kFrom = sys_days(std::chrono::year(2026) / 11 / 1);
constexpr std::chrono::sys_seconds kUntil = sys_days(std::chrono::year(2026) / 11 / 8);

Staple::Shown leaf_and_issuer() {
  const Issued root("root");
  const Issued leaf("localhost", &root);
  auto made = tls::Certificate::parse(leaf.cert_pem() + root.cert_pem(), leaf.key_pem(), "test");
  REQUIRE(made);
  return *made;
}

// A certificate and a file that somebody else keeps fresh.
struct Stapled {
  Place place;
  Staple::Shown certificate = leaf_and_issuer();
  Staple staple{place.file("ocsp.der")};

  // As a tool that replaces files does it.
  void put(std::string_view bytes) const {
    place.write("new", bytes);
    std::filesystem::rename(place.file("new"), place.file("ocsp.der"));
  }
  void read(std::chrono::sys_seconds now = kFrom + hours(1)) { staple.read(*certificate, now); }
  bool shows() const { return staple.on(certificate) != certificate; }
};

}  // namespace

TEST_CASE("without a file nothing is stapled, and nothing is due") {
  const Staple::Shown certificate = leaf_and_issuer();
  Staple none;
  none.read(*certificate, kFrom);
  CHECK(none.look(kFrom) == Due::kNothing);
  CHECK(none.fault().empty());
  CHECK_FALSE(none.good_until());
  CHECK(none.on(certificate) == certificate);
}

TEST_CASE("a good response is shown with its certificate, until its time is over") {
  Stapled world;
  world.put(testing::ocsp_response(*world.certificate));
  world.read();
  CHECK(world.staple.fault().empty());
  CHECK(world.staple.good_until() == kUntil);
  const auto shown = world.staple.on(world.certificate);
  CHECK(shown != world.certificate);
  CHECK(shown->ocsp() == world.place.read("ocsp.der"));
  CHECK(&shown->parts() == &world.certificate->parts());
  CHECK(world.staple.look(kUntil - hours(1)) == Due::kNothing);
  CHECK(world.staple.look(kUntil + hours(1)) == Due::kReading);
  world.read(kUntil + hours(1));
  CHECK(world.staple.fault().starts_with("its time was over on 2026-11-08"));
  CHECK_FALSE(world.staple.good_until());
  CHECK_FALSE(world.shows());
}

TEST_CASE("a fresh response is read once its file is at rest") {
  Stapled world;
  world.put("half");
  world.read();
  CHECK(world.staple.fault() == "it is no OCSP response in DER");
  CHECK_FALSE(world.shows());
  world.put(testing::ocsp_response(*world.certificate));
  CHECK(world.staple.look(kFrom) == Due::kSoon);
  CHECK(world.staple.look(kFrom) == Due::kReading);
  CHECK(world.staple.look(kFrom) == Due::kNothing);
  world.read();
  CHECK(world.staple.fault().empty());
  CHECK(world.shows());
}

TEST_CASE("a response that does not do says why, and the certificate stands alone") {
  Stapled world;
  world.put(testing::ocsp_response(*world.certificate));
  world.read();
  SECTION("it is gone") {
    std::filesystem::remove(world.place.file("ocsp.der"));
    world.read();
    CHECK(world.staple.fault().starts_with("it cannot be read: "));
  }
  SECTION("it is of another certificate") {
    world.put(testing::ocsp_response(*leaf_and_issuer()));
    world.read();
    CHECK(world.staple.fault() == "it is about another certificate");
  }
  SECTION("it comes too early") {
    world.read(kFrom - hours(1));
    CHECK(world.staple.fault().starts_with("it is not valid before 2026-11-01"));
  }
  CHECK_FALSE(world.shows());
}

}  // namespace postern::server
