// SPDX-License-Identifier: Apache-2.0
#include "tls/session_cache.hpp"

#include <utility>

namespace postern::tls {

void SessionCache::put(const std::string& server, bssl::UniquePtr<SSL_SESSION> session) {
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= kMostNames && !sessions_.contains(server)) {
    return;
  }
  auto& kept = sessions_[server];
  if (kept.size() >= kMostEach) {
    kept.pop_front();
  }
  kept.push_back(std::move(session));
}

bssl::UniquePtr<SSL_SESSION> SessionCache::take(const std::string& server) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(server);
  if (found == sessions_.end() || found->second.empty()) {
    return nullptr;
  }
  auto& newest = found->second.back();
  if (SSL_SESSION_should_be_single_use(newest.get()) == 0) {
    return bssl::UpRef(newest);
  }
  auto once = std::move(newest);
  found->second.pop_back();
  return once;
}

}  // namespace postern::tls
