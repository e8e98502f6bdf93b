// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/cluster_source.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "proxy/pop3/secret.hpp"
#include "tls/client_context.hpp"
#include "tls/file.hpp"

namespace postern::server {
namespace {

constexpr std::size_t kMostPassword = 1'024;

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

class ClusterLoader {
 public:
  explicit ClusterLoader(const conf::Document& document)
      : document_(document), settings_(document.settings.live.cluster) {}

  std::expected<std::shared_ptr<const cluster::ClusterPlan>, conf::Diagnostics> load() {
    auto engine = std::make_shared<cluster::EngineSettings>();
    for (const conf::Endpoint& endpoint : settings_.redis) {
      engine->addresses.push_back({endpoint.host, endpoint.port});
    }
    engine->username = settings_.username;
    if (!settings_.password_file.empty()) engine->password = password();
    if (settings_.tls) engine->tls = trust();
    auto plan = std::make_shared<cluster::ClusterPlan>();
    plan->keys = keys();
    plan->engine = std::move(engine);
    plan->node = settings_.node.empty() ? host_name() : settings_.node;
    plan->is_needed = settings_.on_failure == conf::OnClusterFailure::kRefuse;
    if (!errors_.empty()) return std::unexpected(std::move(errors_));
    return plan;
  }

 private:
  // The file's first line.
  pop3::Secret password() {
    auto text = tls::read_file(settings_.password_file, kMostPassword);
    if (!text) {
      refuse("password_file", text.error().why);
      return {};
    }
    const std::size_t size = std::min(text->find_first_of("\r\n"), text->size());
    pop3::Secret secret(std::string_view(*text).substr(0, size));
    pop3::wipe(*text);
    if (secret.empty()) refuse("password_file", "its first line is empty");
    return secret;
  }

  std::shared_ptr<const cluster::ClusterKeys> keys() {
    tls::HashSecret secret;
    auto text = tls::read_file(settings_.key_file, kMostPassword);
    if (!text) {
      refuse("key_file", text.error().why);
      return nullptr;
    }
    const bool fits = text->size() == secret.bytes.size();
    const bool drawn = text->find_first_not_of('\0') != std::string::npos;
    if (fits) std::ranges::copy(*text, reinterpret_cast<char*>(secret.bytes.data()));
    const std::size_t size = text->size();
    pop3::wipe(*text);
    if (!fits) {
      refuse("key_file", fmt::format("it has {} bytes; 32 random ones are asked for: head -c 32 "
                                     "/dev/urandom",
                                     size));
      return nullptr;
    }
    if (!drawn) refuse("key_file", "it holds nothing but zeros");
    return std::make_shared<const cluster::ClusterKeys>(secret);
  }

  std::shared_ptr<const tls::ClientContext> trust() {
    tls::ClientSettings wanted;
    wanted.ca_file = settings_.ca_file;
    auto context = tls::ClientContext::create(wanted);
    if (context) return *std::move(context);
    refuse(settings_.ca_file.empty() ? "tls" : "ca_file", context.error().said());
    errors_.back().fix = context.error().fix;
    return nullptr;
  }

  void refuse(std::string_view leaf, std::string_view why) {
    const std::string key = fmt::format("cluster.{}", leaf);
    errors_.push_back(conf::about(document_, conf::Severity::kError, conf::mark_of(document_, key),
                                  fmt::format("`{}`: {}", key, why)));
  }

  const conf::Document& document_;
  const conf::Cluster& settings_;
  conf::Diagnostics errors_;
};

}  // namespace

std::expected<LoadedCluster, conf::Diagnostics> load_cluster(const conf::Document& document,
                                                             const LoadedCluster& present) {
  LoadedCluster loaded;
  loaded.settings = document.settings.live.cluster;
  if (loaded.settings.redis.empty()) return loaded;
  loaded.stamps = {net::FileStamp::of(loaded.settings.key_file),
                   net::FileStamp::of(loaded.settings.password_file),
                   net::FileStamp::of(loaded.settings.ca_file)};
  const bool same = present.settings == loaded.settings && present.stamps == loaded.stamps;
  if (same && present.plan) return present;
  auto plan = ClusterLoader(document).load();
  if (!plan) return std::unexpected(std::move(plan.error()));
  loaded.plan = *std::move(plan);
  return loaded;
}

}  // namespace postern::server
