// SPDX-License-Identifier: Apache-2.0
// Listeners that share an address: what must be the same because it comes before the name, and
// names that two of them claim or nobody does.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "conf/lanes.hpp"
#include "conf/meaning.hpp"
#include "policy/host_name.hpp"

namespace postern::conf {
namespace {

std::string path(std::size_t listener, std::string_view leaf) {
  return fmt::format("listener[{}].{}", listener, leaf);
}

// Where a key of a listener stands, or where the listener does.
Mark place_of(const Reading& reading, std::size_t listener, std::string_view leaf) {
  const Mark mark = reading.mark_of(path(listener, leaf));
  return mark.line != 0 ? mark : Mark(reading.settings.live.listeners[listener].mark);
}

// One address.
class Judge {
 public:
  Judge(Reading& reading, const Lanes& lanes) : reading_(reading), lanes_(lanes) {}

  void run() {
    for (std::size_t i = 1; i < lanes_.listeners.size(); ++i) compare(lanes_.listeners[i]);
    look_for_claims();
    if (!takes_all_names(listener(lanes_.listeners.front()))) warn_of_others();
  }

 private:
  const Listener& listener(std::size_t index) const {
    return reading_.settings.live.listeners[index];
  }

  // What the first one has, the others must have, too.
  void compare(std::size_t index) {
    const Listener& first = listener(lanes_.listeners.front());
    const Listener& other = listener(index);
    if (other.tls != first.tls) {
      return differ(index, "tls", "TLS begins before a client has said a name");
    }
    if (other.proxy_protocol != first.proxy_protocol ||
        other.proxy_trusted != first.proxy_trusted) {
      return differ(index, "proxy_protocol", "a balancer's header comes before the name");
    }
    if (first.tls != ListenerTls::kStls) return;
    if (other.greeting != first.greeting) {
      return differ(index, "greeting", "it is said before the name is known");
    }
    if (other.login.value_or(level()) != first.login.value_or(level())) {
      differ(index, "login", "without TLS no name is known");
    }
  }

  policy::Level level() const { return reading_.settings.live.policy.login; }

  void differ(std::size_t index, std::string_view key, std::string_view why) {
    if (reading_.broken.contains(fmt::format("listener.{}", key))) return;
    const Listener& first = listener(lanes_.listeners.front());
    reading_.report.error(
        place_of(reading_, index, key),
        fmt::format("listener \"{}\" shares {} with \"{}\" in line {}, and needs the same `{}`: {}",
                    listener(index).name, to_string(lanes_.endpoint), first.name, first.mark.line,
                    key, why));
  }

  void look_for_claims() {
    std::map<std::string, std::size_t> owners;
    for (const std::size_t index : lanes_.listeners) {
      const std::vector<std::string>& names = listener(index).sni;
      for (std::size_t i = 0; i < names.size(); ++i) {
        const auto [owner, fresh] = owners.emplace(policy::canonical_host_name(names[i]), index);
        if (fresh) continue;
        reading_.report.error(
            reading_.mark_of(fmt::format("listener[{}].sni[{}]", index, i)),
            fmt::format("\"{}\" at {} is already taken by listener \"{}\" in line {}", names[i],
                        to_string(lanes_.endpoint), listener(owner->second).name,
                        listener(owner->second).mark.line));
      }
    }
  }

  void warn_of_others() {
    const std::size_t first = lanes_.listeners.front();
    reading_.report.warning(
        "configuration", reading_.mark_of(path(first, "sni")),
        fmt::format("at {} nobody is served who asks for another name, or for none: no listener "
                    "there is without `sni`",
                    to_string(lanes_.endpoint)));
  }

  Reading& reading_;
  const Lanes& lanes_;
};

// Returns whether it makes sense.
bool check_names_of(Reading& reading, std::size_t index) {
  const Listener& listener = reading.settings.live.listeners[index];
  if (takes_all_names(listener) || listener.tls != ListenerTls::kNone) return true;
  reading.report.error(reading.mark_of(path(index, "sni")),
                       fmt::format("listener \"{}\" offers no TLS, and without it no client says a "
                                   "name",
                                   listener.name));
  return false;
}

}  // namespace

void check_lanes(Reading& reading) {
  if (reading.broken.contains("listener.sni") || reading.broken.contains("listener.tls")) return;
  const std::size_t count = reading.settings.live.listeners.size();
  bool sensible = true;
  for (std::size_t i = 0; i < count; ++i) sensible = check_names_of(reading, i) && sensible;
  if (!sensible) return;
  for (const Lanes& lanes : lanes_of(reading.settings.live)) Judge(reading, lanes).run();
}

}  // namespace postern::conf
