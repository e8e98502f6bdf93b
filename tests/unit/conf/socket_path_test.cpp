// SPDX-License-Identifier: Apache-2.0
// Where the running process is to be found, by files that are right and by broken ones.
#include "conf/socket_path.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/conf/least.hpp"

namespace postern::conf {

TEST_CASE("a broken file still tells where its process is") {
  const std::string standard = "/run/postern/control.sock";
  CHECK(socket_path_in("") == standard);
  CHECK(socket_path_in("[[listener\n") == standard);
  CHECK(socket_path_in("[control]\nsocket = \"/a\"\n[[listener\n") == "/a");
  CHECK(socket_path_in("nonsense\n  [control]\r\n\t socket='/b' # c\n") == "/b");
  CHECK(socket_path_in("control.socket = \"/c\"\n[x\n") == "/c");
  CHECK(socket_path_in("[control]\nsocket = \"\"\n[x\n").empty());
  CHECK(socket_path_in("[log]\nsocket = \"/no\"\n[x\n") == standard);
  CHECK(socket_path_in("[log]\ncontrol.socket = \"/no\"\n[x\n") == standard);
  CHECK(socket_path_in("[control]\n# socket = \"/no\"\nsocket = /no\nsocket = \"/no\n") ==
        standard);
  CHECK(socket_path_in("[control]\nsockets = \"/no\"\n") == standard);
}

TEST_CASE("a file that cannot be read has the default") {
  CHECK(socket_path_of("/nowhere/postern.toml") == "/run/postern/control.sock");
}

}  // namespace postern::conf
