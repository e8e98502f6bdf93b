// SPDX-License-Identifier: Apache-2.0
// The signer as a real process, and what becomes of keys and handshakes when it dies.
#include "proxy/keys/signer_link.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "proxy/confinement/seclusion.hpp"
#include "proxy/keys/key_desk.hpp"
#include "tests/loop/wire.hpp"
#include "tests/support/tls_pair.hpp"
#include "tests/support/trust_file.hpp"

namespace postern::keys {
namespace {

using testing::TrustFile;
using tls::Certificate;

std::vector<pid_t> children_of(pid_t process) {
  const std::string id = std::to_string(process);
  std::ifstream file("/proc/" + id + "/task/" + id + "/children");
  std::vector<pid_t> all;
  for (pid_t one = 0; file >> one;) all.push_back(one);
  return all;
}

std::string contents(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

bool has_ended(pid_t process) {
  const std::string status = contents("/proc/" + std::to_string(process) + "/status");
  return status.empty() || status.contains("State:\tZ");
}

// What a process has open, each as the link says: "socket:[1]", "/dev/null".
std::vector<std::string> open_in(pid_t process) {
  std::vector<std::string> all;
  for (const auto& each :
       std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd")) {
    std::error_code gone;
    all.push_back(std::filesystem::read_symlink(each.path(), gone));
  }
  return all;
}

// A link with one worker's desk, as a program has them.
struct LinkWorld final : private SignerLink::Owner {
  std::unique_ptr<Keeper> keeper = std::make_unique<Keeper>(Keeper::start().value());
  net::Loop loop;
  KeyDesk desk{loop};
  SignerLink link{loop, *keeper, *this};
  int lost = 0;
  int back = 0;
  int gone = 0;
  std::vector<std::string> missing;

  LinkWorld() { desk.use(std::move(link.start(1).value().front())); }

  pid_t keeper_process() const { return children_of(getpid()).at(0); }
  pid_t signer_process() const { return children_of(keeper_process()).at(0); }
  void turn(const std::function<bool()>& until) { net::turn_until(loop, until); }
  void kill_signer() {
    const int before = back;
    REQUIRE(::kill(signer_process(), SIGKILL) == 0);
    turn([&] { return back > before; });
  }
  /// Whether a client gets through a handshake with this certificate.
  bool serves(std::shared_ptr<const Certificate> certificate) {
    testing::TestServer server;
    server.certificates = {std::move(certificate)};
    testing::TlsPair pair(server.context(), {});
    pair.server.signatory = &desk;
    bool done = false;
    turn([&] {
      done = pair.handshake();
      return done || !pair.server.engine().failure().empty();
    });
    return done;
  }

 private:
  void on_signer_lost() override { ++lost; }
  void on_signer_back(std::vector<net::Descriptor> channels,
                      const std::vector<std::string>& without) override {
    ++back;
    missing = without;
    desk.use(std::move(channels.front()));
  }
  void on_signer_gone() override { ++gone; }
  void on_signer_failed(const std::string&) override {}
};

tls::PemPair a_pair(tls::KeyType type = tls::KeyType::kEcdsa) {
  return testing::test_authority().issue({"pop.example.com"}, type);
}

// A pair in files.
struct Files {
  tls::PemPair pem;
  TrustFile chain{pem.chain};
  TrustFile key{pem.key};

  explicit Files(tls::KeyType type = tls::KeyType::kEcdsa) : pem(a_pair(type)) {}
  tls::CertificateFiles names() const { return {chain.path(), key.path()}; }
};

TEST_CASE("handshakes are signed in another process", "[keys]") {
  LinkWorld world;
  const Files files(GENERATE(tls::KeyType::kEcdsa, tls::KeyType::kRsa, tls::KeyType::kEd25519));
  const auto certificate = Certificate::load(files.names(), &world.link).value();
  CHECK(certificate->key_type() == Certificate::load(files.names()).value()->key_type());
  if (certificate->key_type() != tls::KeyType::kEd25519) CHECK(world.serves(certificate));
}

TEST_CASE("the signer holds nothing but its pairs, and is called what it is", "[keys]") {
  LinkWorld world;
  const std::ofstream something("/dev/full");
  const auto is_socket = [](const std::string& one) { return one.starts_with("socket:"); };
  for (const pid_t process : {world.keeper_process(), world.signer_process()}) {
    // The keeper lets go of what it made for the signer once that has begun.
    const int most = process == world.signer_process() ? 2 : 1;
    world.turn([&] { return std::ranges::count_if(open_in(process), is_socket) == most; });
    for (const std::string& one : open_in(process)) {
      CHECK((one == "/dev/null" || is_socket(one)));
    }
  }
  CHECK(contents("/proc/" + std::to_string(world.keeper_process()) + "/comm") ==
        "postern: keeper\n");
  const std::string signer = "/proc/" + std::to_string(world.signer_process());
  CHECK(contents(signer + "/comm") == "postern: signer\n");
  CHECK(contents(signer + "/cmdline").starts_with("postern: signer"));
  CHECK(contents(signer + "/status")
            .contains(confinement::kFiltersCalls ? "Seccomp:\t2" : "Seccomp:\t0"));
}

TEST_CASE("signals that are meant for the program end neither of them", "[keys]") {
  LinkWorld world;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2}) {
    REQUIRE(::kill(world.keeper_process(), signal) == 0);
    REQUIRE(::kill(world.signer_process(), signal) == 0);
  }
  const Files files;
  CHECK(world.serves(Certificate::load(files.names(), &world.link).value()));
  CHECK(world.lost == 0);
}

TEST_CASE("a signer that dies is replaced, with all the keys that it had", "[keys]") {
  LinkWorld world;
  const Files files;
  const auto certificate = Certificate::load(files.names(), &world.link).value();
  SECTION("whatever stands under their paths by then") {
    const std::string other = files.key.path() + ".new";
    std::ofstream(other) << "half a ke";
    std::filesystem::rename(other, files.key.path());
  }
  SECTION("even if nothing does") { std::filesystem::remove(files.key.path()); }
  SECTION("and once more") { world.kill_signer(); }
  world.kill_signer();
  CHECK(world.missing.empty());
  CHECK(world.serves(certificate));
}

TEST_CASE("a file that was overwritten is no key that could be had again", "[keys]") {
  LinkWorld world;
  const Files files;
  const auto certificate = Certificate::load(files.names(), &world.link).value();
  std::ofstream(files.key.path()) << a_pair().key;
  world.kill_signer();
  REQUIRE(world.missing.size() == 1);
  CHECK(world.missing.front() == files.key.path() + " holds another key now");
  CHECK_FALSE(world.serves(certificate));
}

TEST_CASE("what a signer that died was asked is asked again", "[keys]") {
  LinkWorld world;
  const Files files;
  testing::TestServer server;
  server.certificates = {Certificate::load(files.names(), &world.link).value()};
  testing::TlsPair pair(server.context(), {});
  pair.server.signatory = &world.desk;
  REQUIRE(::kill(world.signer_process(), SIGSTOP) == 0);
  CHECK_FALSE(pair.handshake());
  REQUIRE(pair.server.engine().key_request() != nullptr);
  world.kill_signer();
  world.turn([&] { return pair.handshake(); });
}

TEST_CASE("a key is let go where it is when nothing uses it any more", "[keys]") {
  LinkWorld world;
  const Files files;
  auto certificate = Certificate::load(files.names(), &world.link).value();
  const tls::HeldKey as_well(1);  // its number, as a first one's
  const std::string digest(32, 'd');
  const auto ask = [&] {
    auto request =
        world.desk.ask({as_well,
                        tls::KeyUse::kSign,
                        0x0403,
                        {reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size()}});
    world.turn([&] { return request->state() != tls::KeyRequest::State::kOpen; });
    return request;
  };
  CHECK(ask()->state() == tls::KeyRequest::State::kAnswered);
  certificate.reset();
  std::unique_ptr<tls::KeyRequest> last;
  world.turn([&] {
    last = ask();
    return last->state() == tls::KeyRequest::State::kRefused;
  });
  CHECK(last->why() == "the signer does not have the certificate's key (any more)");
}

TEST_CASE("errors read as they do where the files are read here", "[keys]") {
  LinkWorld world;
  const Files files;
  const Files others;
  const TrustFile nothing("");
  const TrustFile encrypted(
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n");
  const TrustFile broken("-----BEGIN CERTIFICATE-----\nMII\n");
  const TrustFile der(std::string("\x30\x82\x01\x01\x30", 5));
  const TrustFile large(std::string((1 << 20) + 1, '#'));
  const auto as_both = [&](const tls::CertificateFiles& names) {
    const auto here = Certificate::load(names);
    const auto there = Certificate::load(names, &world.link);
    REQUIRE_FALSE(here);
    REQUIRE_FALSE(there);
    CHECK(here.error().said() == there.error().said());
    CHECK(here.error().kind == there.error().kind);
  };
  for (const std::string& wrong : {nothing.path(), broken.path(), der.path(), large.path(),
                                   encrypted.path(), std::string("/nowhere"), std::string("/tmp"),
                                   std::string("/dev/zero"), others.key.path()}) {
    CAPTURE(wrong);
    as_both({files.chain.path(), wrong});
    as_both({wrong, files.key.path()});
  }
}

TEST_CASE("a file that holds chain and key is read there as well", "[keys]") {
  LinkWorld world;
  const tls::PemPair pem = a_pair();
  const TrustFile both(pem.key + pem.chain);
  CHECK(world.serves(Certificate::load({both.path(), both.path()}, &world.link).value()));
}

TEST_CASE("neither outlives the process that they belong to", "[keys]") {
  auto world = std::make_unique<LinkWorld>();
  const pid_t keeper = world->keeper_process();
  const pid_t signer = world->signer_process();
  world.reset();
  CHECK(children_of(getpid()).empty());
  CHECK(has_ended(keeper));
  CHECK(has_ended(signer));
}

TEST_CASE("without the keeper there is an end", "[keys]") {
  LinkWorld world;
  const pid_t signer = world.signer_process();
  REQUIRE(::kill(world.keeper_process(), SIGKILL) == 0);
  world.turn([&] { return world.gone == 1; });
  CHECK(world.lost == 1);
  world.turn([&] { return has_ended(signer); });
}

}  // namespace
}  // namespace postern::keys
