// SPDX-License-Identifier: Apache-2.0
// What is written down, where else it can be asked for, and what the process may do.
#include <array>
#include <span>

#include "conf/access.hpp"
#include "conf/names.hpp"
#include "conf/schema_parts.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

// clang-format off
const std::array kOutputKeys = {
    Key{"log.target", Text{at<&Live::log, &Log::target>, fault_of_log_target},
        "stderr, syslog, journal or a file", R"("stderr")"},
    Key{"log.format", word<at<&Live::log, &Log::format>>(log_format_words()),
        "logfmt or json", R"("logfmt")"},
    Key{"log.level", word<at<&Live::log, &Log::level>>(log_level_words()),
        "debug, info, warn or error", R"("info")"},
    Key{"log.user", word<at<&Live::log, &Log::user>>(log_user_words()),
        "user names as they are (plain), as keyed digests (hash) or not at all (none)",
        R"("plain")"},
    Key{"log.quiet_networks", Networks{at<&Live::log, &Log::quiet_networks>},
        "probes from there that say nothing leave no line", R"(["10.0.0.5/32"])"},

    Key{"metrics.listen", Text{at<&Live::metrics, &Metrics::listen>, fault_of_metrics_listen},
        "where Prometheus asks, \"127.0.0.1:9995\"; empty is nowhere", R"("")"},
    Key{"control.socket", Text{at<&Live::control, &Control::socket>, fault_of_control_socket},
        "where the running process takes commands; empty: nowhere",
        R"("/run/postern/control.sock")"},
    Key{"security.user", Text{security_user, fault_of_system_user},
        "started as root, the process becomes this user; empty: nobody else; needs a restart",
        R"("postern")"},
    Key{"security.sandbox", word<security_sandbox>(sandbox_words()),
        "give up what serving does not take: auto (as the system can), on, off; needs a restart",
        R"("auto")"},
    Key{"security.isolate_keys", Flag{security_isolate_keys},
        "private keys in a process of their own, which only signs; needs a restart", "true"},
};
// clang-format on

}  // namespace

std::span<const Key> output_keys() { return kOutputKeys; }

}  // namespace postern::conf
