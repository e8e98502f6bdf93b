// Tells other protocols from POP3 by their first line, so that a browser or a mail relay that was
// tricked or misconfigured into talking to us gets no further (ALPACA).
#pragma once

#include <string_view>

#include "proxy/pop3/line_splitter.hpp"

namespace postern::pop3 {

/// Whether the first line a client sent is HTTP's, SMTP's, IMAP's, SSH's, a TLS hello or a PROXY
/// header.
bool is_foreign_protocol(std::string_view first_line) noexcept;

/// The `-ERR` for a line that is not well formed; `form` is not kGood.
std::string_view complaint_about(LineForm form) noexcept;

}  // namespace postern::pop3
