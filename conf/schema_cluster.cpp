// SPDX-License-Identifier: Apache-2.0
// What several machines share, and where.
#include <array>
#include <span>

#include "conf/access.hpp"
#include "conf/names.hpp"
#include "conf/schema_parts.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

// clang-format off
const std::array kClusterKeys = {
    Key{"cluster.redis", Endpoints{at<&Live::cluster, &Cluster::redis>, EndpointUse::kConnect, true},
        "the Redis that the machines share, or its Sentinels; empty: this machine is alone",
        R"(["10.0.0.21:6379"])"},
    Key{"cluster.username", Text{at<&Live::cluster, &Cluster::username>, fault_of_cluster_user},
        "the user of the Redis, as its ACL names him; empty is its default user", R"("postern")"},
    Key{"cluster.password_file", Text{at<&Live::cluster, &Cluster::password_file>, fault_of_optional_path},
        "the first line is the password there; empty: it asks for none", R"("/etc/postern/tls/redis.password")"},
    Key{"cluster.tls", Flag{at<&Live::cluster, &Cluster::tls>},
        "TLS to the Redis, which has to prove its name", "true"},
    Key{"cluster.ca_file", Text{at<&Live::cluster, &Cluster::ca_file>, fault_of_optional_path},
        "PEM: the authorities that are trusted there; empty is the system's store",
        R"("/etc/postern/tls/inside-ca.pem")"},
    Key{"cluster.key_file", Text{at<&Live::cluster, &Cluster::key_file>, fault_of_optional_path},
        "32 random bytes that all machines share and the Redis never sees: head -c 32 /dev/urandom",
        R"("/etc/postern/tls/cluster.key")"},
    Key{"cluster.node", Text{at<&Live::cluster, &Cluster::node>, fault_of_node},
        "this machine's name among them; empty is its host name", R"("mx1")"},
    Key{"cluster.on_failure", word<at<&Live::cluster, &Cluster::on_failure>>(cluster_failure_words()),
        "while the Redis is away: local counts on this machine and more strictly, refuse lets nobody log in",
        R"("local")"},
};
// clang-format on

}  // namespace

std::span<const Key> cluster_keys() { return kClusterKeys; }

}  // namespace postern::conf
