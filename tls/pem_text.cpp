// SPDX-License-Identifier: Apache-2.0
#include "tls/pem_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "tls/file.hpp"
#include "tls/pem_blocks.hpp"

namespace postern::tls {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";  // UTF-8's byte order mark
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

// What a line of a block has at the least when it is no last line (RFC 7468: 64).
constexpr std::size_t kFullLine = 48;

ErrorKind kind_of(PemContent content) noexcept {
  switch (content) {
    case PemContent::kCertificates:
      return ErrorKind::kCertificate;
    case PemContent::kKey:
      return ErrorKind::kKey;
  }
  std::unreachable();
}

struct File {
  PemContent content;
  std::string_view label;

  std::unexpected<Error> refuse(const std::string& text) const {
    return std::unexpected(
        Error{kind_of(content), 0, text + " (" + base_name(std::string(label)) + ")"});
  }
  std::unexpected<Error> refuse_line(std::size_t number, const std::string& text) const {
    return refuse("line " + std::to_string(number) + " " + text);
  }
  /// `command` makes PEM of the file.
  std::unexpected<Error> convert(const std::string& form, std::string_view command) const {
    auto refused = refuse(form);
    refused.error().fix = convert_command(std::string(label), command);
    return refused;
  }
};

bool is_base64(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '=';
}

bool is_boundary(std::string_view line, std::string_view start) noexcept {
  if (!line.starts_with(start) || !line.ends_with(kDashes)) return false;
  line.remove_prefix(start.size());
  return line.size() > kDashes.size() && line.find('-') == line.size() - kDashes.size();
}

// A boundary with too few dashes, a quotation mark before it, or dashes of a word processor.
bool wants_to_be_boundary(std::string_view line) noexcept {
  constexpr std::array<std::string_view, 6> kSigns = {"-BEGIN ",
                                                      "-END ",
                                                      "\x93"
                                                      "BEGIN ",
                                                      "\x93"
                                                      "END ",
                                                      "\x94"
                                                      "BEGIN ",
                                                      "\x94"
                                                      "END "};
  return std::ranges::any_of(kSigns, [line](auto sign) { return line.contains(sign); });
}

bool wants_to_be_block(std::string_view line) noexcept {
  return line.size() >= kFullLine && std::ranges::all_of(line, is_base64);
}

std::string_view trimmed(std::string_view line) noexcept {
  constexpr std::string_view kBlanks = " \t\r\f\v";
  for (std::size_t before = line.size() + 1; line.size() < before;) {
    before = line.size();
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    line = line.substr(0, line.find_last_not_of(kBlanks) + 1);
    if (line.starts_with(kMark)) line.remove_prefix(kMark.size());
    if (line.ends_with(kMark)) line.remove_suffix(kMark.size());
  }
  return line;
}

bool is_utf16(std::string_view text) noexcept {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") ||
         text.substr(0, 64).contains('\0');
}

// How many bytes the outermost SEQUENCE of ASN.1 has for the length after its first; a small key's
// has none.
std::optional<std::size_t> der_length_of_length(std::string_view text) noexcept {
  if (text.size() <= 4 || text[0] != '\x30') return std::nullopt;
  const auto length = static_cast<std::uint8_t>(text[1]);
  if ((length & 0x80) != 0) return length & 0x7F;
  return text.size() == 2U + length ? std::optional<std::size_t>(0) : std::nullopt;
}

std::unexpected<Error> refuse_der(std::string_view text, std::size_t length_of_length,
                                  const File& file) {
  constexpr std::string_view kPkcs7("\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02", 11);
  constexpr std::string_view kVersion3("\x02\x01\x03", 3);
  // pbeWithSHA1And40BitRC2-CBC, which Windows writes and OpenSSL 3 keeps for those who ask.
  constexpr std::string_view kRc2("\x2A\x86\x48\x86\xF7\x0D\x01\x0C\x01\x06", 10);
  const std::size_t inside = 2 + length_of_length;
  if (text.substr(std::min(inside, text.size())).starts_with(kVersion3)) {
    return file.convert("the file is PKCS #12, not PEM", text.contains(kRc2)
                                                             ? "openssl pkcs12 -legacy -nodes"
                                                             : "openssl pkcs12 -nodes");
  }
  if (text.substr(0, 64).contains(kPkcs7)) {
    return file.convert("the file is PKCS #7, not PEM", "openssl pkcs7 -inform der -print_certs");
  }
  switch (file.content) {
    case PemContent::kCertificates:
      return file.convert("the file is DER, not PEM", "openssl x509 -inform der");
    case PemContent::kKey:
      return file.convert("the file is DER, not PEM", "openssl pkey -inform der");
  }
  std::unreachable();
}

// Goes through the lines and writes them anew.
class Tidier {
 public:
  explicit Tidier(const File& file, std::size_t size) : file_(file) {
    // From the start, since growing would leave copies of a key behind: no line gets longer but by
    // its end, and the least of a file is one line.
    tidy_.reserve(2 * size + 2);
  }

  std::expected<void, Error> take(std::string_view line, std::size_t number) {
    line = trimmed(line);
    // Files that were joined although the first had no end of its last line.
    if (const std::size_t joint = line.find(kBegin, 1); joint != std::string_view::npos) {
      const std::string_view end = trimmed(line.substr(0, joint));
      if (is_boundary(end, kEnd)) {
        if (auto taken = take_one(end, number); !taken) return taken;
        line.remove_prefix(joint);
      }
    }
    return take_one(line, number);
  }

  std::expected<std::string, Error> finish() {
    if (block_ != 0) return file_.refuse_line(block_, "begins a block that has no end");
    return std::move(tidy_);
  }

 private:
  std::expected<void, Error> take_one(std::string_view line, std::size_t number) {
    if (is_boundary(line, kBegin)) {
      if (block_ != 0) return file_.refuse_line(block_, "begins a block that has no end");
      block_ = number;
    } else if (is_boundary(line, kEnd)) {
      if (block_ == 0) return file_.refuse_line(number, "ends a block that has no beginning");
      block_ = 0;
    } else if (wants_to_be_boundary(line)) {
      return file_.refuse_line(
          number,
          "looks like the beginning or the end of a block but is not one: it must "
          "be exactly -----BEGIN CERTIFICATE-----");
    } else if (block_ == 0 && wants_to_be_block(line)) {
      return file_.refuse_line(number,
                               "looks like a part of a block whose -----BEGIN line is missing");
    }
    tidy_.append(line).append("\n");
    return {};
  }

  const File& file_;
  std::size_t block_ = 0;  // the line where the one began that we are in; 0 outside
  std::string tidy_;
};

}  // namespace

std::expected<std::string, Error> tidy_pem(std::string_view text, PemContent content,
                                           std::string_view label) {
  const File file{content, label};
  if (const auto length = der_length_of_length(text)) return refuse_der(text, *length, file);
  if (is_utf16(text)) {
    const std::string word = shell_word(label);
    auto refused = file.refuse("the file is UTF-16, as PowerShell writes it");
    refused.error().fix = "cp -p " + word + " " + word + ".old && iconv -f UTF-16 -t ASCII " +
                          word + ".old > " + word;
    return refused;
  }
  Tidier tidier(file, text.size());
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    if (auto taken = tidier.take(text.substr(0, end), number); !taken) {
      return std::unexpected(taken.error());
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return tidier.finish();
}

}  // namespace postern::tls
