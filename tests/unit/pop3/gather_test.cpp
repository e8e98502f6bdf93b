// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/gather.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace postern::pop3 {

TEST_CASE("pieces that lie behind each other are not copied") {
  const std::string buffer = "0123456789";
  const std::string_view view = buffer;
  std::string spare;
  Gather gather(spare);
  CHECK(gather.empty());
  gather.add(view.substr(2, 3));
  gather.add("");
  gather.add(view.substr(5, 2));
  CHECK(gather.all() == "23456");
  CHECK(gather.all().data() == buffer.data() + 2);
  CHECK(spare.empty());
}

TEST_CASE("other pieces are put together") {
  const std::string buffer = "0123456789";
  const std::string_view view = buffer;
  std::string spare;
  SECTION("a gap") {
    Gather gather(spare);
    gather.add(view.substr(0, 2));
    gather.add(view.substr(3, 2));
    gather.add(view.substr(5, 1));
    CHECK(gather.all() == "01345");
  }
  SECTION("a passing piece at the end") {
    Gather gather(spare);
    gather.add(view.substr(0, 2));
    gather.add_copy("ab");
    gather.add(view.substr(2, 2));
    CHECK(gather.all() == "01ab23");
  }
  SECTION("a passing piece in front") {
    Gather gather(spare);
    gather.add_copy(std::string("ab"));
    gather.add(view.substr(2, 2));
    CHECK(gather.all() == "ab23");
    CHECK_FALSE(gather.empty());
  }
}

}  // namespace postern::pop3
