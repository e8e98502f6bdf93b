// SPDX-License-Identifier: Apache-2.0
// Keys that are elsewhere, without another process: it reads the files, and answers when it is
// told to.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/trust_file.hpp"
#include "tls/authority.hpp"
#include "tls/certificate.hpp"
#include "tls/key_holder.hpp"
#include "tls/private_key.hpp"
#include "tls/signatory.hpp"

namespace postern::testing {

class DistantKeys final : public tls::KeyHolder, public tls::Signatory {
 public:
  std::expected<tls::ToldCertificates, tls::Error> certificates_in(
      const std::string& file) override;
  std::expected<tls::TakenKey, tls::Error> take(const std::string& file) override;
  std::unique_ptr<tls::KeyRequest> ask(const tls::KeyQuestion& question) override;

  /// The certificate of a pair, whose key stays here.
  std::shared_ptr<const tls::Certificate> load(const tls::PemPair& pair);

  /// How many questions wait for an answer, and how many keys are in use.
  std::size_t open() const { return open_.size(); }
  std::size_t keys() const { return keys_.size(); }
  /// Answers all, and tells whoever waits.
  void answer();
  void refuse(const std::string& why);

 private:
  class Key;
  class Request;

  std::map<std::uint64_t, std::unique_ptr<const tls::PrivateKey>> keys_;
  std::uint64_t last_ = 0;
  std::vector<Request*> open_;
};

}  // namespace postern::testing
