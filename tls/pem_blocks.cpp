// SPDX-License-Identifier: Apache-2.0
#include "tls/pem_blocks.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace postern::tls {
namespace {

constexpr std::string_view kBlockBegin = "-----BEGIN ";
constexpr std::string_view kBlockDashes = "-----";

constexpr std::array<std::string_view, 3> kPlainCertificates = {"CERTIFICATE", "X509 CERTIFICATE",
                                                                "TRUSTED CERTIFICATE"};

// What an ECDSA key of `openssl ecparam -genkey` begins with.
constexpr std::string_view kCurve = "EC PARAMETERS";

bool is_plain(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
         c == '.' || c == '_' || c == '-' || c == '+' || c == ',' || c == '@' || c == ':';
}

// As outside data it is printed with care.
std::string printable_label(std::string_view label) {
  std::string text(label.substr(0, 40));
  std::ranges::replace_if(text, [](char c) { return c < ' ' || c > '~' || c == '"'; }, '?');
  return text;
}

void take_block(PemBlocks& blocks, BlockNumber number, std::string_view label) {
  if (std::ranges::find(kPlainCertificates, label) != kPlainCertificates.end()) {
    blocks.certificates.push_back(number);
  } else if (label.ends_with("PRIVATE KEY")) {
    if (blocks.key_count++ == 0) blocks.key.push_back(number);
  } else if (label == kCurve) {
    if (blocks.key_count == 0) blocks.key.push_back(number);
  } else {
    blocks.others.emplace_back(number, printable_label(label));
  }
}

std::string use_of(std::string_view label) {
  if (label == "X509 CRL") return "a list of revoked certificates, which is not sent to anybody";
  if (label.contains("PARAMETERS")) return "parameters of a key exchange that is not used any more";
  if (label.contains("REQUEST")) return "a request, which is of no use any more";
  return "a block that is passed over";
}

// A file is kept under another name, and its own keeps owner and mode.
std::string keeping(const std::string& word) { return "cp -p " + word + " " + word + ".old && "; }

}  // namespace

PemBlocks PemBlocks::of(std::string_view tidy_pem) {
  PemBlocks blocks;
  BlockNumber number = 0;
  while (!tidy_pem.empty()) {
    const std::size_t end = tidy_pem.find('\n');
    std::string_view line = tidy_pem.substr(0, end);
    tidy_pem.remove_prefix(end == std::string_view::npos ? tidy_pem.size() : end + 1);
    if (!line.starts_with(kBlockBegin) || !line.ends_with(kBlockDashes)) continue;
    line.remove_prefix(kBlockBegin.size());
    line.remove_suffix(kBlockDashes.size());
    take_block(blocks, ++number, line);
  }
  return blocks;
}

std::string shell_word(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return std::string(text);
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += R"('\'')";
    } else {
      word += c;
    }
  }
  return word + '\'';
}

std::string rewrite_command(const std::string& path, std::span<const BlockNumber> blocks) {
  const std::string word = shell_word(path);
  std::string list;
  for (const BlockNumber number : blocks) list += " b[" + std::to_string(number) + "]";
  return keeping(word) +
         R"(awk 'BEGIN{RS="-----BEGIN "} NR>1{b[NR-1]=RS $0 "\n"} END{printf "%s",)" + list +
         "}' " + word + ".old > " + word;
}

std::string convert_command(const std::string& path, std::string_view command) {
  const std::string word = shell_word(path);
  return keeping(word) + std::string(command) + " -in " + word + ".old -out " + word;
}

std::vector<Doubt> doubts_about_blocks(const PemBlocks& blocks, const std::string& label,
                                       const std::string& fix) {
  std::vector<Doubt> doubts;
  doubts.reserve(blocks.others.size() + 1);
  for (const auto& [number, kind] : blocks.others) {
    std::string what = "block " + std::to_string(number);
    what.append(" of ").append(label).append(" is ").append(use_of(kind));
    what.append(" (").append(kind).append(")");
    doubts.push_back({"pem-block", std::move(what), fix});
  }
  if (blocks.key_count > 1) {
    doubts.push_back({"key-twice",
                      label + " holds " + std::to_string(blocks.key_count) +
                          " private keys, and only the first is looked at",
                      fix});
  }
  return doubts;
}

}  // namespace postern::tls
