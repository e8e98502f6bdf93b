// SPDX-License-Identifier: Apache-2.0
// A folder of its own with all that a gateway needs: a certificate, a configuration, a log.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/support/tls_pair.hpp"

namespace postern::server {

/// Waits until the condition holds; fails the test after ten seconds.
inline void wait_until(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

class Place {
 public:
  Place() {
    std::string path = std::filesystem::temp_directory_path() / "postern-shell-XXXXXX";
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
    static const tls::PemPair pair = testing::test_authority().issue({"localhost"});
    write("cert.pem", pair.chain);
    write("key.pem", pair.key);
    std::filesystem::permissions(file("key.pem"), std::filesystem::perms::owner_read);
  }
  ~Place() { std::filesystem::remove_all(path_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
  void write(std::string_view name, std::string_view text) const {
    std::ofstream(file(name), std::ios::binary) << text;
  }
  std::string read(std::string_view name) const {
    std::ostringstream text;
    text << std::ifstream(file(name), std::ios::binary).rdbuf();
    return text.str();
  }

 private:
  std::string path_;
};

/// What a configuration of the tests says; each part may be changed.
struct Written {
  std::string names = "[\"localhost\"]";
  std::string workers = "2";
  std::string state_dir;
  std::string greeting = "first";
  std::string login = "tls-required";
  std::string backend = "127.0.0.1:1";
  std::string log = "log";
  std::string limits;
  std::string control;  // a file's name in the place, or ""
  std::string more;     // a section of its own

  std::string text(const Place& place) const {
    return "[server]\nnames = " + names + "\nworkers = " + workers + "\nstate_dir = \"" +
           state_dir + "\"\n[[listener]]\nname = \"pop3\"\naddress = [\"127.0.0.1:0\"]\n" +
           "tls = \"stls\"\ngreeting = \"" + greeting + "\"\nlogin = \"" + login +
           "\"\n[[tls.certificate]]\ncert_file = \"" + place.file("cert.pem") +
           "\"\nkey_file = \"" + place.file("key.pem") +
           "\"\n[[backend]]\nname = \"old\"\naddress = [\"" + backend + "\"]\ntls = \"none\"\n" +
           "[limits]\n" + limits + "\n[log]\ntarget = \"" + place.file(log) +
           "\"\n[control]\nsocket = \"" + (control.empty() ? "" : place.file(control)) + "\"\n" +
           more;
  }
};

}  // namespace postern::server
