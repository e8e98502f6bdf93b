// SPDX-License-Identifier: Apache-2.0
// How much, how often and how long: the keys of the limits and the timeouts.
#include <array>
#include <span>

#include "conf/access.hpp"
#include "conf/schema_parts.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

using namespace std::chrono_literals;

// clang-format off
const std::array kLimitKeys = {
    Key{"limits.max_connections", Number{at<&Live::limits, &Limits::max_connections>, 0, 1'000'000},
        "sessions at a time; 0 is as many as descriptors and memory allow", "10000"},
    Key{"limits.max_connections_per_ip",
        Number{at<&Live::limits, &Limits::max_connections_per_ip>, 0, 1'000'000},
        "connections from one address at a time; 0 is off", "64"},
    Key{"limits.max_handshakes_per_ip", Pacing{at<&Live::limits, &Limits::max_handshakes_per_ip>},
        "new connections from one address where TLS is spoken, after a burst of five times as many; "
        "0 is off",
        R"("20/s")"},
    Key{"limits.max_connections_per_user",
        Number{at<&Live::limits, &Limits::max_connections_per_user>, 0, 1'000'000},
        "sessions of one user at a time, once logged in; 0 is off", "16"},
    Key{"limits.max_command_bytes", Size{at<&Live::limits, &Limits::max_command_bytes>, 40, 1024},
        "longest command line of a client", "512"},
    Key{"limits.max_auth_bytes", Size{at<&Live::limits, &Limits::max_auth_bytes>, 512, 1'048'576},
        "longest line inside AUTH", "65536"},
    Key{"limits.max_bad_commands", Number{at<&Live::limits, &Limits::max_bad_commands>, 0, 1000},
        "wrong commands until the session is closed; 0 is off", "5"},
    Key{"limits.max_login_attempts", Number{at<&Live::limits, &Limits::max_login_attempts>, 0, 1000},
        "logins in one session until it is closed; 0 is off", "5"},
    Key{"limits.auth_failures.window",
        Duration{auth_failures<&policy::GuessLimits::window>, 24h},
        "how long a wrong password counts; 0 turns all of this off", R"("10m")"},
    Key{"limits.auth_failures.per_ip",
        Number{auth_failures<&policy::GuessLimits::per_ip>, 0, 1'000'000},
        "wrong passwords from one address until it is banned; 0 is off", "30"},
    Key{"limits.auth_failures.per_user_network",
        Number{auth_failures<&policy::GuessLimits::per_user_network>, 0, 1'000'000},
        "wrong passwords of one user from one address until this user is locked there; 0 is off",
        "10"},
    Key{"limits.auth_failures.ban", Duration{auth_failures<&policy::GuessLimits::ban>, 24h * 30},
        "how long a ban and a lock last; 0 is neither", R"("10m")"},
    Key{"limits.auth_failures.delay", Duration{auth_failures<&policy::GuessLimits::delay>, 1min},
        "how long the answer to a wrong password is held back", R"("2s")"},
    Key{"limits.auth_failures.remember",
        Duration{auth_failures<&policy::GuessLimits::remember>, 24h},
        "how long a password that the backend keeps refusing is refused without asking it; 0 is off",
        R"("5m")"},
    Key{"limits.auth_failures.ipv4_prefix",
        Number{auth_failures<&policy::GuessLimits::ipv4_prefix>, 8, 32},
        "how many bits of an IPv4 address are one place", "32"},
    Key{"limits.auth_failures.ipv6_prefix",
        Number{auth_failures<&policy::GuessLimits::ipv6_prefix>, 16, 128},
        "how many bits of an IPv6 address are one place", "64"},
    Key{"limits.auth_failures.exempt", Networks{auth_failures<&policy::GuessLimits::exempt>},
        "networks that are never counted, delayed or banned", R"(["10.0.0.0/8"])"},
    Key{"limits.auth_failures.mode", word<auth_failures<&policy::GuessLimits::mode>>(mode_words()),
        "enforce, or report-only: say who would be delayed, locked and banned", R"("enforce")"},

    Key{"timeouts.handshake", Duration{at<&Live::timeouts, &Timeouts::handshake>, 10min},
        "for a TLS handshake", R"("10s")"},
    Key{"timeouts.login", Duration{at<&Live::timeouts, &Timeouts::login>, 1h},
        "from the connection to a login", R"("60s")"},
    Key{"timeouts.idle", Duration{at<&Live::timeouts, &Timeouts::idle>, 24h},
        "between two commands after login; RFC 1939 wants 10 minutes or more", R"("10m")"},
    Key{"timeouts.stall", Duration{at<&Live::timeouts, &Timeouts::stall>, 1h},
        "a peer that takes nothing of what it is sent", R"("60s")"},
    Key{"timeouts.connect", Duration{at<&Live::timeouts, &Timeouts::connect>, 10min},
        "for a connection to a backend", R"("10s")"},
    Key{"timeouts.backend_login", Duration{at<&Live::timeouts, &Timeouts::backend_login>, 10min},
        "for a backend to answer a login", R"("30s")"},
    Key{"timeouts.backend_reply", Duration{at<&Live::timeouts, &Timeouts::backend_reply>, 1h},
        "for a backend to answer a command after login, QUIT included", R"("3m")"},
    Key{"timeouts.queue", Duration{at<&Live::timeouts, &Timeouts::queue>, 10min},
        "for one of backend.max_connections to be free; 0 is as long as a login may take", R"("5s")"},
    Key{"timeouts.drain", Duration{at<&Live::timeouts, &Timeouts::drain>, 24h},
        "for open sessions to end when stopping", R"("5m")"},
};
// clang-format on

}  // namespace

std::span<const Key> limit_keys() { return kLimitKeys; }

}  // namespace postern::conf
