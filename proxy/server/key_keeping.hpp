// SPDX-License-Identifier: Apache-2.0
// Private keys in a process of their own, as the supervisor has it: workers get their channels to
// it, the log is told of its deaths.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/admin/log.hpp"
#include "proxy/keys/keeper.hpp"
#include "proxy/keys/signer_link.hpp"
#include "proxy/net/descriptor.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/server/stage.hpp"
#include "proxy/server/worker.hpp"

namespace postern::server {

class KeyKeeping final : private keys::SignerLink::Owner {
 public:
  using Workers = std::vector<std::unique_ptr<Worker>>;

  /// All of the loop's thread. Without a keeper keys are in this process. `gone` is called when
  /// there is no signer any more and will be none. All must outlive it.
  KeyKeeping(net::Loop& loop, admin::Log& log, const Workers& workers,
             std::optional<keys::Keeper> keeper, std::function<void()> gone);

  /// Before any certificate is loaded: starts the first signer, for so many workers, unless the
  /// configuration is against it; then the keeper ends.
  [[nodiscard]] std::expected<void, Refusal> begin(const conf::Startup& startup,
                                                   std::size_t workers);
  /// Once the workers are there.
  void give_channels();

  /// Null where keys are in this process.
  tls::KeyHolder* holder() const noexcept { return link_.get(); }
  /// Whether `gone` was called.
  bool has_failed() const noexcept { return failed_; }

 private:
  void on_signer_lost() override;
  void on_signer_back(std::vector<net::Descriptor> channels,
                      const std::vector<std::string>& missing) override;
  void on_signer_gone() override;
  void on_signer_failed(const std::string& why) override;
  void say(conf::LogLevel level, std::string_view event, std::string_view message);

  net::Loop& loop_;
  admin::Log& log_;
  const Workers& workers_;
  std::optional<keys::Keeper> keeper_;
  std::function<void()> gone_;
  std::unique_ptr<keys::SignerLink> link_;
  std::vector<net::Descriptor> channels_;  // for workers that do not have them yet
  bool failed_ = false;
};

}  // namespace postern::server
