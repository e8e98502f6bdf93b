// SPDX-License-Identifier: Apache-2.0
#include "tls/chain.hpp"

#include <openssl/nid.h>
#include <openssl/obj.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "tls/file.hpp"

namespace postern::tls {
namespace {

// CA/Browser Forum and RFC 9325 section 4.5.
constexpr unsigned kLeastRsaBits = 2048;

constexpr std::array kWeakSignatures = {
    NID_md2WithRSAEncryption,  NID_md4WithRSAEncryption, NID_md5WithRSAEncryption, NID_dsaWithSHA1,
    NID_sha1WithRSAEncryption, NID_sha1WithRSA,          NID_ecdsa_with_SHA1,
};

// As outside data it is printed with care.
std::string quoted_name(const X509_NAME* name) {
  std::array<char, 128> text{};
  auto* const mine = const_cast<X509_NAME*>(name);
  int size = -1;
  for (const int part : {NID_commonName, NID_organizationalUnitName, NID_organizationName}) {
    size = X509_NAME_get_text_by_NID(mine, part, text.data(), static_cast<int>(text.size()));
    if (size > 0) break;
  }
  std::string printable(text.data(), static_cast<std::size_t>(std::max(size, 0)));
  const auto odd = [](char c) { return c < ' ' || c > '~' || c == '"'; };
  std::ranges::replace_if(printable, odd, '?');
  return '"' + printable + '"';
}

std::string subject(const X509* cert) { return quoted_name(X509_get_subject_name(cert)); }
std::string issuer(const X509* cert) { return quoted_name(X509_get_issuer_name(cert)); }

std::string number(std::size_t index) { return "certificate " + std::to_string(index + 1); }

bool issued(const X509* issuer, const X509* cert) {
  return X509_check_issued(const_cast<X509*>(issuer), const_cast<X509*>(cert)) == X509_V_OK;
}

// Where its issuer's certificate can be fetched: what public authorities always say.
std::string issuer_address(const X509* cert) {
  const bssl::UniquePtr<AUTHORITY_INFO_ACCESS> places(static_cast<AUTHORITY_INFO_ACCESS*>(
      X509_get_ext_d2i(cert, NID_info_access, nullptr, nullptr)));
  if (places == nullptr) return {};
  for (std::size_t i = 0; i < sk_ACCESS_DESCRIPTION_num(places.get()); ++i) {
    const ACCESS_DESCRIPTION* place = sk_ACCESS_DESCRIPTION_value(places.get(), i);
    if (OBJ_obj2nid(place->method) != NID_ad_ca_issuers || place->location->type != GEN_URI) {
      continue;
    }
    const ASN1_STRING* text = place->location->d.uniformResourceIdentifier;
    std::string address(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                        static_cast<std::size_t>(ASN1_STRING_length(text)));
    const bool printable =
        std::ranges::all_of(address, [](char c) { return c > ' ' && c <= '~' && c != '"'; });
    if (printable && address.starts_with("http")) return address;
  }
  return {};
}

// One file's chain, on its way to what is to be said of it.
class Doubter {
 public:
  Doubter(const Certs& chain, const ChainOrder& order, const PemBlocks& blocks,
          const std::string& path)
      : chain_(chain), order_(order), blocks_(blocks), path_(path) {}

  std::vector<Doubt> all() {
    check_order();
    check_copies();
    check_end();
    for (const std::size_t position : order_.served()) {
      check_key_size(position);
      check_signature(position);
    }
    for (Doubt& doubt : doubts_about_blocks(blocks_, base_name(path_), rewritten())) {
      doubts_.push_back(std::move(doubt));
    }
    return std::move(doubts_);
  }

 private:
  const X509* at(std::size_t position) const { return chain_[position].get(); }
  std::string named(std::size_t position) const {
    return number(position) + ", " + subject(at(position)) + ",";
  }
  void add(std::string_view check, std::string what, std::string fix) {
    doubts_.push_back({std::string(check), std::move(what), std::move(fix)});
  }

  // The command that leaves what belongs into the file, in order.
  std::string rewritten() const {
    std::vector<std::size_t> wanted = order_.path;
    wanted.insert(wanted.end(), order_.spare.begin(), order_.spare.end());
    std::vector<BlockNumber> numbers;
    numbers.reserve(wanted.size() + blocks_.key.size());
    for (const std::size_t position : wanted) {
      if (position < blocks_.certificates.size()) {
        numbers.push_back(blocks_.certificates[position]);
      }
    }
    numbers.insert(numbers.end(), blocks_.key.begin(), blocks_.key.end());
    return rewrite_command(path_, numbers);
  }

  void check_order() {
    if (order_.as_in_file()) return;
    std::string list;
    for (const std::size_t position : order_.served()) {
      list += (list.empty() ? "" : ", ") + std::to_string(position + 1);
    }
    add("chain-order",
        "the chain is out of order, and its certificates are served as " + list +
            ", each issuer after what it issued",
        rewritten());
  }

  void check_copies() {
    for (const std::size_t position : order_.twice) {
      add("chain-copy", named(position) + " is there twice, and served once", rewritten());
    }
  }

  // An authority of one's own may have no intermediates; then it names no place where they are.
  void check_end() {
    const X509* const last = at(order_.path.back());
    const bool leaf_alone = order_.path.size() == 1 && !issued(last, last);
    if (leaf_alone && !order_.aliens.empty()) {
      return add("chain-foreign",
                 named(order_.aliens.front()) + " did not issue " + number(order_.path.front()) +
                     ", " + subject(last),
                 with_issuer(last));
    }
    for (const std::size_t position : order_.aliens) {
      add("chain-stranger", named(position) + " issued nothing in the chain", rewritten());
    }
    if (!leaf_alone || issuer_address(last).empty() || !order_.spare.empty()) return;
    add("chain-missing",
        "the certificate of its issuer " + issuer(last) +
            " is missing, and clients that do not know it refuse the chain",
        with_issuer(last));
  }

  // Without what does not belong there, and with what does, where it is known to be.
  std::string with_issuer(const X509* cert) const {
    const std::string address = issuer_address(cert);
    if (address.empty()) {
      return "put the certificate of " + issuer(cert) + " into its place, or take the file that " +
             "has both, such as fullchain.pem";
    }
    return rewritten() + " && curl -fsS " + shell_word(address) +
           " | openssl x509 -inform der >> " + shell_word(path_);
  }

  std::string again() const {
    const std::string word = shell_word(path_);
    return "have it issued again, for a new key: openssl req -new -newkey ec -pkeyopt "
           "ec_paramgen_curve:prime256v1 -nodes -subj / -keyout " +
           word + ".newkey -out " + word + ".request";
  }

  void check_key_size(std::size_t position) {
    const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(chain_[position].get()));
    if (key == nullptr || EVP_PKEY_id(key.get()) != EVP_PKEY_RSA) return;
    const auto bits = static_cast<unsigned>(EVP_PKEY_bits(key.get()));
    if (bits >= kLeastRsaBits) return;
    add("key-weak",
        named(position) + " has an RSA key of " + std::to_string(bits) +
            " bits, and clients refuse less than " + std::to_string(kLeastRsaBits),
        position == order_.path.front() ? again() : "take another authority's certificate");
  }

  // A root's signature proves nothing to anybody.
  void check_signature(std::size_t position) {
    const X509* const cert = at(position);
    const bool weak =
        std::ranges::find(kWeakSignatures, X509_get_signature_nid(cert)) != kWeakSignatures.end();
    if (!weak || issued(cert, cert)) return;
    add("signature-weak",
        named(position) + " is signed with a hash that clients refuse (SHA-1 or older)",
        position == order_.path.front() ? again() : "take another authority's certificate");
  }

  const Certs& chain_;
  const ChainOrder& order_;
  const PemBlocks& blocks_;
  const std::string& path_;
  std::vector<Doubt> doubts_;
};

// Whether this is a copy of one that stands before it.
bool is_copy(const Certs& chain, std::size_t position) {
  for (std::size_t i = 0; i < position; ++i) {
    if (X509_cmp(chain[i].get(), chain[position].get()) == 0) return true;
  }
  return false;
}

bool among(const std::vector<std::size_t>& list, std::size_t position) {
  return std::ranges::find(list, position) != list.end();
}

// Whose issuer that is, of those that are not in the path yet; the next in the file if it may be.
std::optional<std::size_t> issuer_in(const Certs& chain, const ChainOrder& order) {
  const std::size_t last = order.path.back();
  const X509* const cert = chain[last].get();
  if (issued(cert, cert)) return std::nullopt;
  for (std::size_t step = 1; step < chain.size(); ++step) {
    const std::size_t position = (last + step) % chain.size();
    if (among(order.path, position) || among(order.twice, position)) continue;
    if (issued(chain[position].get(), cert)) return position;
  }
  return std::nullopt;
}

}  // namespace

std::size_t position_of(const EVP_PKEY* key, const Certs& chain) {
  const auto belongs = [key](const bssl::UniquePtr<X509>& cert) {
    const bssl::UniquePtr<EVP_PKEY> theirs(X509_get_pubkey(cert.get()));
    return theirs != nullptr && EVP_PKEY_cmp(theirs.get(), key) == 1;
  };
  return static_cast<std::size_t>(std::ranges::find_if(chain, belongs) - chain.begin());
}

std::vector<std::size_t> ChainOrder::served() const {
  std::vector<std::size_t> all = path;
  all.insert(all.end(), spare.begin(), spare.end());
  all.insert(all.end(), aliens.begin(), aliens.end());
  return all;
}

bool ChainOrder::as_in_file() const { return std::ranges::is_sorted(served()); }

ChainOrder order_of(const Certs& chain, std::size_t leaf) {
  ChainOrder order;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (is_copy(chain, i)) order.twice.push_back(i);
  }
  order.path.push_back(leaf);
  while (const auto next = issuer_in(chain, order)) order.path.push_back(*next);
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (among(order.path, i) || among(order.twice, i)) continue;
    const bool issuer = std::ranges::any_of(chain, [mine = chain[i].get()](const auto& each) {
      return each.get() != mine && issued(mine, each.get());
    });
    (issuer ? order.spare : order.aliens).push_back(i);
  }
  return order;
}

std::vector<Doubt> doubts_about(const Certs& chain, const ChainOrder& order,
                                const PemBlocks& blocks, const std::string& path) {
  return Doubter(chain, order, blocks, path).all();
}

}  // namespace postern::tls
