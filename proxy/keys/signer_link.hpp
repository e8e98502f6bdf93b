// SPDX-License-Identifier: Apache-2.0
// The signer as the rest of the process knows it: takes keys to it by their files' descriptors,
// notices when it dies, and has the next one get all that it had. Remembers no key, but keeps the
// files open that keys in use came from, whatever becomes of their paths.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/keys/keeper.hpp"
#include "proxy/keys/packet.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/descriptor.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/net/readiness.hpp"
#include "tls/key_holder.hpp"

namespace postern::keys {

class SignerLink final : public tls::KeyHolder, private net::Readiness::Owner {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_signer_lost() = 0;
    /// There is another one, after so long. For each worker its new channel; `missing` are the
    /// files whose keys it could not be given again, each with the reason.
    virtual void on_signer_back(std::vector<net::Descriptor> channels,
                                const std::vector<std::string>& missing) = 0;
    /// There cannot be another one.
    virtual void on_signer_gone() = 0;
    /// There could be, but it did not come up; it is tried again soon.
    virtual void on_signer_failed(const std::string& why) = 0;
  };

  /// All of the loop's thread. `keeper` and `owner` must outlive it.
  SignerLink(net::Loop& loop, const Keeper& keeper, Owner& owner);
  ~SignerLink() override;

  /// Starts the first signer, with a channel for each worker. Blocks, for seconds at most.
  [[nodiscard]] std::expected<std::vector<net::Descriptor>, std::string> start(std::size_t workers);

  /// Why the signer could not give up system calls, which is then worth a warning; empty if it did.
  const std::string& doubt() const noexcept { return doubt_; }

  /// These block until the signer has answered, for seconds at most.
  std::expected<tls::ToldCertificates, tls::Error> certificates_in(
      const std::string& file) override;
  std::expected<tls::TakenKey, tls::Error> take(const std::string& file) override;

 private:
  class Handle;
  class Returned;
  struct Kept {
    net::Descriptor file;
    std::string path;
    std::string public_key;
  };
  using Parts = std::expected<std::vector<std::string>, tls::Error>;

  void on_readable() override;
  void lose();
  void try_again();
  void try_later(const std::string& why);
  std::expected<std::vector<net::Descriptor>, std::string> start_signer();
  std::string give_channels(std::vector<net::Descriptor>& channels);
  std::expected<std::vector<std::string>, std::string> give_keys();
  void drop_returned();
  Parts ask(const OrderHead& head, const std::string& path, const net::Descriptor& file);
  Parts ask_until_answered(const OrderHead& head, const std::string& path,
                           const net::Descriptor& file);
  bool order(const OrderHead& head, const std::string& text, int descriptor);
  Parts hear();

  net::Loop& loop_;
  const Keeper& keeper_;
  Owner& owner_;
  std::size_t workers_ = 0;
  bool keeper_is_gone_ = false;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Kept> keys_;  // what the signer has, or is to get again
  std::shared_ptr<Returned> returned_;
  std::unique_ptr<PacketBuffer> buffer_ = std::make_unique<PacketBuffer>();
  std::string doubt_;
  net::Descriptor control_;  // invalid while there is no signer
  std::unique_ptr<net::Readiness> readiness_;
  std::chrono::milliseconds delay_{0};  // before the next try
  std::chrono::milliseconds born_{0};   // the signer, by the loop's time
  net::Timer retry_;
};

}  // namespace postern::keys
