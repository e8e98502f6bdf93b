// SPDX-License-Identifier: Apache-2.0
#include "conf/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "conf/credentials.hpp"
#include "conf/endpoint.hpp"
#include "conf/suggest.hpp"
#include "policy/host_name.hpp"
#include "policy/hours.hpp"
#include "policy/ip_address.hpp"
#include "policy/user_format.hpp"
#include "policy/word.hpp"
#include "tls/pin.hpp"

namespace postern::conf {
namespace {

constexpr std::size_t kMaxShown = 80;
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxGreeting = 400;
constexpr std::size_t kMaxHelp = 200;
constexpr std::size_t kMaxUser = 255;
constexpr std::size_t kMaxSystemUser = 32;
constexpr std::size_t kMaxPath = 4095;
constexpr std::size_t kMaxSocketPath = 96;  // the system's 107 less a temporary ending

bool is_printable(char c) noexcept { return c >= 0x20 && c < 0x7F; }

// RFC 1939, section 7: a client that finds a msg-id in the greeting takes it for APOP's timestamp.
bool offers_apop(std::string_view greeting) noexcept {
  const std::size_t open = greeting.find('<');
  const std::size_t at = greeting.find('@', open);
  return open != std::string_view::npos && at != std::string_view::npos &&
         greeting.find('>', at) != std::string_view::npos;
}

std::string fault_of_length(std::string_view text, std::size_t most) {
  if (text.size() <= most) return {};
  return fmt::format("must have at most {} bytes, not {}", most, text.size());
}

std::string fault_of_line(std::string_view text, std::size_t most) {
  if (!std::ranges::all_of(text, is_printable)) {
    return "must be one line of printable ASCII";
  }
  return fault_of_length(text, most);
}

void append_escaped(std::string& to, char c) {
  switch (c) {
    case '"':
    case '\\':
      to += '\\';
      to += c;
      return;
    case '\n':
      to += "\\n";
      return;
    case '\r':
      to += "\\r";
      return;
    case '\t':
      to += "\\t";
      return;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
    to += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
  } else {
    to += c;
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    // Never in the middle of a UTF-8 sequence.
    const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (shown.size() >= kMaxShown && begins) return shown + "...";
    append_escaped(shown, c);
  }
  return shown;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) append_escaped(result, c);
  return result + '"';
}

std::string fault_of_name(std::string_view text) {
  const auto allowed = [](char c) {
    return policy::is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
  };
  if (text.empty()) return "must not be empty";
  if (text.size() > kMaxName) {
    return fmt::format("must have at most {} bytes, not {}", kMaxName, text.size());
  }
  if (!std::ranges::all_of(text, allowed)) {
    return "must be made of letters, digits, `.`, `_` and `-`";
  }
  return {};
}

std::string fault_of_greeting(std::string_view text) {
  if (text.empty()) return "must not be empty";
  if (offers_apop(text)) {
    return "must not hold `<...@...>`: clients take it for an APOP timestamp (RFC 1939)";
  }
  return fault_of_line(text, kMaxGreeting);
}

std::string fault_of_refusal_code(std::string_view text) {
  const bool known = text == "SYS/PERM" || text == "SYS/TEMP" || text == "AUTH" || text == "none";
  return known ? "" : "must be \"SYS/PERM\", \"SYS/TEMP\", \"AUTH\" or \"none\"";
}

std::string fault_of_hours(std::string_view text) {
  if (text.empty() || policy::Hours::parse(text)) return {};
  return fmt::format("is \"{}\", which is no part of a day such as \"09:00-10:00\" (UTC)",
                     printable(text));
}

std::string fault_of_user(std::string_view text) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  if (text.empty()) return "holds an empty name";
  if (text.starts_with(' ') || text.ends_with(' ')) return "holds a name with a blank around it";
  if (std::ranges::any_of(text, is_control)) return "holds a name with control characters in it";
  return fault_of_length(text, kMaxUser);
}

std::string fault_of_system_user(std::string_view text) {
  const auto is_of_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_.-").contains(c);
  };
  if (text == "root" || text == "0") return "must be a user who is not root";
  if (text.size() <= kMaxSystemUser && !text.starts_with('-') &&
      std::ranges::all_of(text, is_of_name)) {
    return {};
  }
  return fmt::format("is \"{}\", which is no name of a system's user", printable(text));
}

std::string fault_of_user_format(std::string_view text) {
  const auto format = policy::UserFormat::parse(text);
  return format ? std::string() : format.error();
}

std::string fault_of_error_text(std::string_view text) {
  if (text.find_first_not_of('*') == std::string_view::npos) {
    return "holds a text that matches every refusal, so no wrong password would be counted";
  }
  return fault_of_line(text, kMaxHelp);
}

std::string fault_of_comment(std::string_view text) { return fault_of_line(text, kMaxHelp); }

std::string fault_of_help(std::string_view text) { return fault_of_line(text, kMaxHelp); }

std::string fault_of_server_name(std::string_view text) {
  if (policy::is_host_name(text)) return {};
  if (is_address({.host = std::string(text), .port = 0})) return {};
  if (text.empty()) return "must not hold an empty name";
  return fmt::format("holds \"{}\", which is not a host name{}", printable(text),
                     text.starts_with("*.") ? "; write the names that users type" : "");
}

std::string fault_of_sni(std::string_view text) {
  if (is_address({.host = std::string(text), .port = 0})) {
    return fmt::format("holds \"{}\"; a client that connects to an address names none (RFC 6066)",
                       printable(text));
  }
  if (policy::is_host_pattern(text)) return {};
  if (text.empty()) return "must not hold an empty name";
  return fmt::format("holds \"{}\", which is neither a host name nor one behind \"*.\"",
                     printable(text));
}

std::string fault_of_path(std::string_view text) {
  if (text.empty()) return "must not be empty";
  if (text.contains('\0')) return "must not hold a NUL";
  if (text.size() > kMaxPath) return "is too long for a file name";
  return fault_of_credential(text);
}

std::string fault_of_optional_path(std::string_view text) {
  return text.empty() ? std::string() : fault_of_path(text);
}

std::string fault_of_tls_name(std::string_view text) {
  const bool name =
      policy::is_host_name(text) || is_address({.host = std::string(text), .port = 0});
  if (text.empty() || name) return {};
  return fmt::format("is \"{}\", which is not a host name", printable(text));
}

std::string fault_of_pin(std::string_view text) {
  if (tls::pin_from(text)) return {};
  return fmt::format(
      "holds \"{}\", which is not the SHA-256 of a key, 44 characters of base64; this prints it: "
      "openssl x509 -in cert.pem -noout -pubkey | openssl pkey -pubin -outform der | "
      "openssl dgst -sha256 -binary | base64",
      printable(text));
}

std::string fault_of_source_address(std::string_view text) {
  const auto address = policy::IpAddress::parse(text);
  if (address && !address->is_wildcard()) return {};
  return fmt::format(
      "holds \"{}\", which is not an IP address of this machine such as "
      "\"10.0.0.5\"; no port",
      printable(text));
}

std::string fault_of_state_dir(std::string_view text) {
  if (text.empty() || text.starts_with('/')) return text.empty() ? "" : fault_of_path(text);
  return "must be an absolute path such as \"/var/lib/postern\", or empty";
}

std::string fault_of_control_socket(std::string_view text) {
  if (text.empty()) return {};
  if (!text.starts_with('/')) {
    return "must be an absolute path such as \"/run/postern/control.sock\", or empty";
  }
  if (text.size() > kMaxSocketPath) return "is too long for the path of a socket";
  return fault_of_path(text);
}

std::string fault_of_metrics_listen(std::string_view text) {
  const auto endpoint = endpoint_from(text);
  if (text.empty() || (endpoint && is_address(*endpoint))) return {};
  return fmt::format("is \"{}\", which is not an IP address with a port such as \"127.0.0.1:9995\"",
                     printable(text));
}

std::string fault_of_cluster_user(std::string_view text) {
  const auto is_of_word = [](char c) { return c > 0x20 && c < 0x7F; };
  if (!std::ranges::all_of(text, is_of_word)) return "must be one word of printable ASCII";
  return fault_of_length(text, kMaxName);
}

std::string fault_of_node(std::string_view text) {
  return text.empty() ? std::string() : fault_of_name(text);
}

std::string fault_of_log_target(std::string_view text) {
  constexpr std::string_view kWords[] = {"stderr", "syslog", "journal"};
  if (std::ranges::find(kWords, text) != std::end(kWords)) return {};
  if (text.contains('/')) return fault_of_path(text);
  if (const std::string_view meant = nearest(text, kWords); !meant.empty()) {
    return fmt::format("cannot be \"{}\"; did you mean \"{}\"?", printable(text), meant);
  }
  return "must be \"stderr\", \"syslog\", \"journal\" or a file's path such as "
         "\"/var/log/postern.log\"";
}

}  // namespace postern::conf
