// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/succession.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "proxy/net/child.hpp"
#include "proxy/pop3/secret.hpp"

namespace postern::server {

bool tell(const net::Descriptor& channel, Word word, std::string_view text,
          const net::Descriptor* attached, net::Wait wait) {
  std::string packet(1, static_cast<char>(word));
  packet.append(text);
  const int error =
      net::send_packet(channel, packet, attached == nullptr ? -1 : attached->get(), wait);
  pop3::wipe(packet);  // it may have been keys
  return error == 0;
}

std::vector<std::string> to_texts(const Counted& counted) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : counted) {
    const std::string line = fmt::format("{} {}\n", name, value);
    if (texts.empty() || texts.back().size() + line.size() > kMostOfPacket) texts.emplace_back();
    texts.back().append(line);
  }
  return texts;
}

// A name may hold spaces, in its labels; the value behind the last one does not.
void add_text(Counted& counted, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t space = line.rfind(' ');
    if (space == std::string_view::npos || space == 0) continue;
    double value = 0;
    const char* const last = line.data() + line.size();
    const auto [stop, error] = std::from_chars(line.data() + space + 1, last, value);
    if (error != std::errc{} || stop != last || !std::isfinite(value) || value < 0) continue;
    counted[std::string(line.substr(0, space))] += value;
  }
}

Counted difference(const Counted& now, const Counted& before) {
  Counted more;
  for (const auto& [name, value] : now) {
    const auto known = before.find(name);
    const double difference = value - (known == before.end() ? 0 : known->second);
    if (difference > 0) more[name] = difference;
  }
  return more;
}

// What a service manager says to one process alone is not the new one's.
std::vector<std::string> environment_for_heir() {
  std::vector<std::string> variables;
  for (std::string& one : net::environment()) {
    const std::string_view name = std::string_view(one).substr(0, one.find('='));
    const bool personal =
        name.starts_with("LISTEN_") || name == "WATCHDOG_PID" || name == kSuccessionVariable;
    if (!personal) variables.push_back(std::move(one));
  }
  variables.push_back(fmt::format("{}={}", kSuccessionVariable, getpid()));
  return variables;
}

}  // namespace postern::server
