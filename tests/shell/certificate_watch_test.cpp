// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/certificate_watch.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <initializer_list>
#include <utility>

#include "proxy/server/certificates.hpp"
#include "proxy/server/plans.hpp"
#include "tests/shell/logged.hpp"
#include "tests/support/ocsp_response.hpp"
#include "tests/support/test_chain.hpp"
#include "tls/server_context_parts.hpp"

namespace postern::server {
namespace {

using testing::Issue;
using testing::Issued;
using Rest = FileFollower::Rest;

constexpr long kDay = 24L * 3600;

// A configuration in use, its files, and the log.
class WatchedPair {
 public:
  explicit WatchedPair(const std::string& names = "[\"localhost\"]", const std::string& tls = "") {
    written_.names = names;
    if (!tls.empty()) written_.more = "[tls]\n" + tls;
    write("", Issued("localhost", &inner_), inner_.cert_pem());
    reload();
  }

  void reload() {
    auto document = conf::read_text(written_.text(place), "f");
    REQUIRE(document);
    auto loaded = load_certificates(
        *document, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    REQUIRE(loaded);
    const conf::Live& live = document->settings.live;
    auto plans = make_plans(live, {.credentials = loaded->credentials()}, keys_, pool_);
    REQUIRE(plans);
    snapshot_ = std::make_shared<const session::Snapshot>(*std::move(plans));
    watch.use(live, std::move(loaded->pairs), std::move(loaded->clients), snapshot_);
  }

  // As a tool that replaces files does it, the chain first.
  void write(std::string_view suffix, const Issued& leaf, const std::string& rest = {}) const {
    replace(suffix, "cert.pem", leaf.cert_pem() + rest);
    replace(suffix, "key.pem", leaf.key_pem());
  }
  void replace(std::string_view suffix, const std::string& name, const std::string& text) const {
    place.write("new", text);
    std::filesystem::rename(place.file("new"), place.file(name + std::string(suffix)));
  }

  // One look that finds it, one that finds it at rest, and one more that finds nothing new.
  void look() {
    CHECK(watch.look() == Rest::kMoving);
    CHECK(watch.look() == Rest::kAtRest);
    CHECK(watch.look() == Rest::kAtRest);
  }

  tls::ContextSlot::Context served() const { return snapshot_->listeners.at(0).context->current(); }

  std::vector<std::string> told(std::size_t count) { return logged_.told(count); }

  Place place;

 private:
  Logged logged_{place};
  Written written_;
  Issued root_{"root"};
  Issued inner_{"inner", &root_};
  tls::TicketKeys keys_{tls::TicketKeys::TimePoint{}};
  upstream::Pool pool_;
  std::shared_ptr<const session::Snapshot> snapshot_;

 public:
  const Issued& inner() const { return inner_; }
  CertificateWatch watch{logged_.log, keys_};
};

bool has_all(const std::string& line, std::initializer_list<std::string_view> words) {
  INFO(line);
  for (const std::string_view word : words) {
    INFO(word);
    CHECK(line.contains(word));
  }
  return true;
}

}  // namespace

TEST_CASE("a renewed pair is shown once it is at rest, and told once") {
  WatchedPair world;
  has_all(world.told(1)[0], {"level=info event=cert_loaded", "file=" + world.place.file("cert.pem"),
                             "names=localhost", "not_after=20", "fingerprint="});
  const auto before = world.served();
  CHECK(world.watch.look() == Rest::kAtRest);
  world.write("", Issued("localhost", &world.inner()), world.inner().cert_pem());
  CHECK(world.watch.look() == Rest::kMoving);
  CHECK(world.served() == before);
  CHECK(world.watch.look() == Rest::kAtRest);
  CHECK(world.served() != before);
  CHECK(world.watch.look() == Rest::kAtRest);
  has_all(world.told(1)[0], {"level=info event=cert_loaded", "renewed, in use from now on"});
}

TEST_CASE("a pair that is no good is told once, with its file, and the one before stays") {
  WatchedPair world;
  world.told(1);
  const auto before = world.served();
  const Issued other("localhost", &world.inner());
  const std::string chain = world.place.read("cert.pem");
  SECTION("half of the chain") {
    world.replace("", "cert.pem", chain.substr(0, 100));
    world.look();
    has_all(world.told(1)[0], {"level=error event=cert_rejected", world.place.file("cert.pem"),
                               "the certificate before stays in use"});
  }
  SECTION("the key of another one") {
    world.replace("", "key.pem", other.key_pem());
    world.look();
    has_all(world.told(1)[0], {"event=cert_rejected", "file=" + world.place.file("key.pem"),
                               "the key does not belong to the certificate (key.pem)"});
  }
  SECTION("a file that is gone") {
    std::filesystem::remove(world.place.file("key.pem"));
    world.look();
    has_all(world.told(1)[0], {"event=cert_rejected", "file=" + world.place.file("key.pem"),
                               "No such file or directory"});
  }
  SECTION("a time that is over") {
    world.write("", Issued("localhost", &world.inner(), {.ends_in = -60}),
                world.inner().cert_pem());
    world.look();
    has_all(world.told(1)[0], {"event=cert_rejected", "expired on"});
  }
  SECTION("a name that is lost") {
    world.write("", Issued("elsewhere", &world.inner()), world.inner().cert_pem());
    world.look();
    has_all(world.told(1)[0], {"event=cert_rejected", "does not cover \\\"localhost\\\""});
  }
  SECTION("the issuer that is lost") {
    world.write("", other);
    world.look();
    has_all(world.told(1)[0], {"event=cert_rejected", "the certificate of its issuer is missing"});
  }
  CHECK(world.served() == before);
}

TEST_CASE("after a bad pair the next good one is taken, and the old one is told of") {
  WatchedPair world;
  world.told(1);
  const std::string chain = world.place.read("cert.pem");
  world.replace("", "cert.pem", "nothing");
  world.look();
  world.told(1);
  world.replace("", "cert.pem", chain);
  world.look();
  has_all(world.told(1)[0], {"event=cert_loaded", "the files hold again what is in use"});
  world.replace("", "cert.pem", chain);
  world.look();
  world.told(0);
  world.replace("", "cert.pem", "nothing");
  world.look();
  const auto before = world.served();
  world.write("", Issued("localhost", &world.inner()), world.inner().cert_pem());
  world.look();
  CHECK(world.served() != before);
  world.told(2);
}

TEST_CASE("a reload tells of certificates that are new, and of what is near its end again") {
  WatchedPair world("[\"localhost\", \"b.example\"]");
  has_all(world.told(2)[1], {"level=warn event=cert_name_mismatch", "name=b.example"});
  world.reload();
  has_all(world.told(1)[0], {"event=cert_name_mismatch"});
  world.write("", Issued("localhost", nullptr, {.ends_in = 5 * kDay + 60, .age = 60 * kDay}));
  world.reload();
  const auto lines = world.told(3);
  has_all(lines[0], {"event=cert_loaded"});
  has_all(lines[2], {"level=warn event=cert_expiring", "expires in 5 days, on 20"});
  world.watch.tell_expiring();
  world.told(0);
  world.write("",
              Issued("localhost", nullptr, {.ends_in = kDay + kDay / 2 + 60, .age = 60 * kDay}));
  world.reload();
  has_all(world.told(3)[2], {"level=error event=cert_expiring", "expires in 36 hours, on 20"});
}

TEST_CASE("a pair that comes too early is taken when its time has come") {
  WatchedPair world;
  world.told(1);
  const auto before = world.served();
  world.write("", Issued("localhost", &world.inner(), {.age = -2}), world.inner().cert_pem());
  world.look();
  has_all(world.told(1)[0], {"event=cert_rejected", "is not valid before"});
  CHECK(world.served() == before);
  wait_until([&] {
    world.watch.look();
    return world.served() != before;
  });
  has_all(world.told(1)[0], {"event=cert_loaded", "renewed, in use from now on"});
}

TEST_CASE("pairs of a directory come and are renewed, and what has gone is served until a reload") {
  const Place more;
  const auto put = [&more](const std::string& name, const Issued& leaf) {
    more.write("new", leaf.cert_pem() + leaf.key_pem());
    std::filesystem::rename(more.file("new"), more.file(name + ".pem"));
  };
  std::filesystem::remove(more.file("cert.pem"));
  std::filesystem::remove(more.file("key.pem"));
  put("a", Issued("a.example"));
  WatchedPair world("[\"localhost\"]", "cert_dir = \"" + more.file("") + "\"\n");
  world.told(2);
  std::vector<std::string> paths;
  world.watch.list(paths);
  CHECK(std::ranges::find(paths, more.file("a.pem")) != paths.end());
  CHECK(std::ranges::find(paths, more.file("")) != paths.end());

  const auto first = world.served();
  put("b", Issued("b.example"));
  world.look();
  has_all(world.told(1)[0], {"event=cert_loaded", "names=b.example", "new, in use from now on"});
  const auto second = world.served();
  CHECK(second != first);

  more.write("c.pem", "half a pair");
  world.look();
  has_all(world.told(1)[0], {"event=cert_rejected", "c.pem", "it is not served"});
  std::filesystem::remove(more.file("c.pem"));
  CHECK(world.watch.look() == Rest::kAtRest);
  std::filesystem::remove(more.file("b.pem"));
  world.look();
  has_all(world.told(1)[0],
          {"event=cert_rejected", "b.pem", "the certificate before stays in use"});
  CHECK(world.served() == second);

  put("a", Issued("a.example"));
  world.look();
  has_all(world.told(1)[0], {"names=a.example", "renewed, in use from now on"});
}

TEST_CASE("the authorities of clients are taken anew, and a bad file leaves those before") {
  const Place more;
  const auto put = [&more](const std::string& text) {
    more.write("new", text);
    std::filesystem::rename(more.file("new"), more.file("clients.pem"));
  };
  put(Issued("first").cert_pem());
  WatchedPair world("[\"localhost\"]", "client_auth = \"require\"\nclient_ca_file = \"" +
                                           more.file("clients.pem") + "\"\n");
  world.told(1);
  std::vector<std::string> paths;
  world.watch.list(paths);
  CHECK(std::ranges::find(paths, more.file("clients.pem")) != paths.end());
  const auto digest = [&world] { return world.served()->parts().authorities->digest(); };
  const auto first = digest();

  put(Issued("second").cert_pem());
  world.look();
  has_all(world.told(1)[0], {"level=info event=cert_loaded", more.file("clients.pem"),
                             "the authorities of clients are in use from now on"});
  const auto second = digest();
  CHECK(second != first);

  put("nobody");
  world.look();
  has_all(world.told(1)[0], {"level=error event=cert_rejected", more.file("clients.pem"),
                             "the authorities of clients before stay in use"});
  CHECK(digest() == second);
  world.write("", Issued("localhost", &world.inner()), world.inner().cert_pem());
  world.look();
  has_all(world.told(1)[0], {"event=cert_loaded", "renewed, in use from now on"});
  CHECK(digest() == second);
}

TEST_CASE("a fresh response is stapled by itself, and a bad one takes the old one away") {
  const Place more;
  const Issued root("root");
  const Issued leaf("b.example", &root);
  more.write("cert.pem", leaf.cert_pem() + root.cert_pem());
  std::filesystem::remove(more.file("key.pem"));
  more.write("key.pem", leaf.key_pem());
  const auto put = [&more](std::string_view bytes) {
    more.write("new", bytes);
    std::filesystem::rename(more.file("new"), more.file("ocsp.der"));
  };
  const auto certificate = tls::Certificate::load({more.file("cert.pem"), more.file("key.pem")});
  REQUIRE(certificate);
  const std::string response =
      testing::ocsp_response(**certificate, {.from = "20261101000000Z", .until = ""});
  put(response);
  WatchedPair world("[\"localhost\"]", "[[tls.certificate]]\ncert_file = \"" +
                                           more.file("cert.pem") + "\"\nkey_file = \"" +
                                           more.file("key.pem") + "\"\nocsp_file = \"" +
                                           more.file("ocsp.der") + "\"\n");
  world.told(2);
  const auto stapled = world.served();
  put("nothing");
  world.look();
  has_all(world.told(1)[0], {"level=warn event=cert_rejected", more.file("ocsp.der"),
                             "the OCSP response is not stapled: it is no OCSP response in DER"});
  const auto bare = world.served();
  CHECK(bare != stapled);
  put(response);
  world.look();
  has_all(world.told(1)[0], {"level=info event=cert_loaded", more.file("ocsp.der"),
                             "the OCSP response is stapled from now on"});
  CHECK(world.served() != bare);
}

}  // namespace postern::server
