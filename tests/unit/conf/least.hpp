// SPDX-License-Identifier: Apache-2.0
// The least configuration that is valid.
#pragma once

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

#include "conf/reader.hpp"

namespace postern::conf {

inline constexpr std::string_view kLeast = R"([[listener]]
name = "pop3s"
address = ["127.0.0.1:995"]
tls = "implicit"
[[tls.certificate]]
cert_file = "cert.pem"
key_file = "key.pem"
[[backend]]
name = "mail"
address = ["127.0.0.1:110"]
)";

/// What `text` means; the test fails where it is not valid.
inline Document read_good(std::string_view text) {
  auto document = read_text(text, "postern.toml");
  if (!document) FAIL(render(document.error().front(), "postern.toml"));
  return *std::move(document);
}

}  // namespace postern::conf
