// SPDX-License-Identifier: Apache-2.0
#include "tests/dialogue/gauntlet_lines.hpp"

#include <array>

namespace postern::session_test {
namespace {

constexpr std::array<std::string_view, 16> kAliceInClear = {
    "USER alice\r\n",
    "USER alice\r\nPASS ClearCanary\r\n",
    "NOOP\nUSER alice\r\nPASS ClearCanary\r\n",
    "AUTH PLAIN AGFsaWNlAENsZWFyQ2FuYXJ5\r\n",
    "AUTH PLAIN\r\nAGFsaWNlAENsZWFyQ2FuYXJ5\r\n",
    "AUTH LOGIN\r\nYWxpY2U=\r\nQ2xlYXJDYW5hcnk=\r\n",
    "AUTH LOGIN YWxpY2U=\r\nQ2xlYXJDYW5hcnk=\r\n",
    "AUTH LOGIN YWxpY2U=\r\n",
    "\tAUTH PLAIN AGFsaWNlAENsZWFyQ2FuYXJ5\r\n",
    "STLS\r\n",
    "sTlS\r\n",
    "STLS\r\nUSER alice\r\n",
    "STLS x\r\n",
    "STLS\n",
    "STLS \r\n",
    "STLS\nUSER alice\n",
};

constexpr std::array<std::string_view, 3> kNamelessInClear = {
    "PASS ClearCanary\r\n",
    "pass ClearCanary\n",
    "\tPASS\tClearCanary\r\n",
};

constexpr std::array<std::string_view, 18> kBobInClear = {
    "USER bob\r\n",
    "USER Bob\r\n",
    "PASS OpenCanary\r\n",
    "pass OpenCanary\n",
    "\tPASS\tOpenCanary\r\n",
    "USER bob\r\nSTLS\r\n",
    "USER bob\r\nPASS OpenCanary\r\n",
    "USER BOB\r\npass OpenCanary\r\n",
    "USER bob\r\nCAPA\r\nPASS OpenCanary\r\n",
    "AUTH PLAIN AGJvYgBPcGVuQ2FuYXJ5\r\n",
    "AUTH PLAIN\r\nAGJvYgBPcGVuQ2FuYXJ5\r\n",
    "auth plain\r\n*\r\n",
    "AUTH LOGIN\r\nYm9i\r\nT3BlbkNhbmFyeQ==\r\n",
    "AUTH LOGIN Ym9i\r\nT3BlbkNhbmFyeQ==\r\n",
    "AUTH LOGIN Ym9i\r\n*\r\n",
    "AUTH PLAIN YwBib2IAT3BlbkNhbmFyeQ==\r\n",
    "\tAUTH PLAIN AGJvYgBPcGVuQ2FuYXJ5\r\n",
    "STLS\r\n",
};

constexpr std::array<std::string_view, 17> kUnderTls = {
    "USER alice\r\n",
    "PASS SealedCanary\r\n",
    "USER alice\r\nPASS SealedCanary\r\n",
    "USER bob\r\nPASS SealedCanary\r\n",
    "AUTH PLAIN AGFsaWNlAFNlYWxlZENhbmFyeQ==\r\n",
    "AUTH PLAIN\r\nAGFsaWNlAFNlYWxlZENhbmFyeQ==\r\n",
    "AUTH PLAIN AGJvYgBTZWFsZWRDYW5hcnk=\r\n",
    "AUTH LOGIN\r\nYWxpY2U=\r\nU2VhbGVkQ2FuYXJ5\r\n",
    "AUTH LOGIN YWxpY2U=\r\nU2VhbGVkQ2FuYXJ5\r\n",
    "AUTH LOGIN Ym9i\r\nU2VhbGVkQ2FuYXJ5\r\n",
    "AUTH PLAIN\r\n*\r\n",
    "AUTH LOGIN\r\n*\r\n",
    "AUTH\r\n",
    "STLS\r\n",
    "AUTH PLAIN YgBhbGljZQBTZWFsZWRDYW5hcnk=\r\n",
    "USER  alice \nPASS SealedCanary\n",
    "AUTH LOGIN \nYm9i\nU2VhbGVkQ2FuYXJ5\n",
};

constexpr std::array<std::string_view, 16> kPassedLogins = {
    "APOP bob 0123456789abcdef0123456789abcdef\r\n",
    "APOP alice 0123456789abcdef0123456789abcdef\r\n",
    "AUTH CRAM-MD5\r\nYm9iIDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm\r\n",
    "AUTH CRAM-MD5\r\nYWxpY2UgMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\r\n",
    "auth scram-sha-256 biwsbj1ib2Iscj1hYmM=\r\nYz1iaXdzLHI9YWJjLHA9eA==\r\n",
    "AUTH SCRAM-SHA-256 biwsbj1hbGljZSxyPWFiYw==\r\nYz1iaXdzLHI9YWJjLHA9eA==\r\n",
    "AUTH SCRAM-SHA-256\r\nbiwsbj1ib2Iscj1hYmM=\r\nYz1iaXdzLHI9YWJjLHA9eA==\r\n",
    "AUTH NTLM\r\nTlRMTVNTUAAB\r\nTlRMTVNTUAAD\r\n",
    "AUTH NTLM TlRMTVNTUAAB\r\nTlRMTVNTUAAD\r\n",
    "AUTH NTLM\r\n",
    "AUTH NTLM =\r\n",
    "AUTH CRAM-MD5\r\n*\r\n",
    "AUTH CRAM-MD5\r\n",
    "TlRMTVNTUAAB\r\n",
    "Ym9iIDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm\r\n",
    "biwsbj1ib2Iscj1hYmM=\r\n",
};

constexpr std::array<std::string_view, 5> kTokensInClear = {
    "AUTH XOAUTH2 dXNlcj1hbGljZQFhdXRoPUJlYXJlciBDbGVhckNhbmFyeQEB\r\n",
    "AUTH XOAUTH2\r\ndXNlcj1hbGljZQFhdXRoPUJlYXJlciBDbGVhckNhbmFyeQEB\r\n",
    "AUTH XOAUTH2 dXNlcj1ib2IBYXV0aD1CZWFyZXIgT3BlbkNhbmFyeQEB\r\n",
    "AUTH XOAUTH2\r\ndXNlcj1ib2IBYXV0aD1CZWFyZXIgT3BlbkNhbmFyeQEB\r\n",
    "AUTH XOAUTH2\r\n*\r\n",
};

constexpr std::array<std::string_view, 3> kTokensUnderTls = {
    "AUTH XOAUTH2 dXNlcj1ib2IBYXV0aD1CZWFyZXIgU2VhbGVkQ2FuYXJ5AQE=\r\n",
    "AUTH XOAUTH2\r\ndXNlcj1hbGljZQFhdXRoPUJlYXJlciBTZWFsZWRDYW5hcnkBAQ==\r\n",
    "AUTH XOAUTH2\r\n*\r\n",
};

constexpr std::array<std::string_view, 37> kAnywhere = {
    "CAPA\r\n",
    "NOOP\r\n",
    "STAT\r\n",
    "LIST\r\n",
    "LIST 1\r\n",
    "UIDL\r\n",
    "RETR 1\r\n",
    "RETR 0\r\n",
    "DELE 1\r\n",
    "RSET\r\n",
    "TOP 1 10\r\n",
    "TOP 1\r\n",
    "XYZZY\r\n",
    "\r\n",
    "\n",
    "NOOP\nDELE 1\r\n",
    "NOOP\rDELE 1\r\n",
    "RETR 4294967297\r\n",
    "USER\r\n",
    "PASS\r\n",
    "*\r\n",
    "=\r\n",
    "AAAA\r\n",
    "\xff\xfe\r\n",
    "retr 0001\r\n",
    " NOOP\r\n",
    "NOOP \r\n",
    "APOP a b\r\n",
    "UTF8\r\n",
    "QUIT x\r\n",
    "NOOP\r\nNOOP\r\nNOOP\r\nNOOP\r\n",
    "RETR 1\r\nRETR 2\r\nDELE 1\r\n",
    "CAPA\r\nCAPA\r\nCAPA\r\n",
    "LAST\r\n",
    "STAT \n",
    "QUIT \n",
    "QUIT\r\n",
};

constexpr std::array<std::string_view, 11> kOddReplies = {
    "+OK\r\n",
    "-ERR no\r\n",
    "garbage\r\n",
    "\r\n",
    "+",
    ".\r\n",
    "+OK a\r\n+OK b\r\n",
    "-ERR [SYS/TEMP] x\r\n",
    "-ERR [IN-USE]\r\n",
    "-ERR [AUTH] exch01\r\n",
    "+ not base64\r\n",
};

constexpr std::array<std::string_view, 4> kDirtyReplies = {"+OK \x1b\xff\r\n", "+OK a\rb\r\n",
                                                           "+OK\n", "-ERR \x1b[IN-USE]\r\n"};

constexpr std::array<std::string_view, 5> kBodies = {
    ".\r\n", "1 120\r\n2 200\r\n.\r\n", "Subject: x\r\n\r\n..dot\r\nlast\r\n.\r\n",
    "..\r\n...\r\n.\r\n", "TOP\r\nSASL LOGIN PLAIN\r\n.\r\n"};

constexpr std::array<std::string_view, 6> kPrompts = {
    "+ \r\n", "+\r\n", "+ Y2hhbGxlbmdl\r\n", "+OK\r\n", "+ Y2hhbGxlbmdl\r\n", "-ERR [AUTH] no\r\n"};

constexpr std::array<std::string_view, 4> kGreetings = {
    "+OK ready\r\n", "+OK ready <1896.697170952@exch01>\r\n", "+OK <a b>\r\n", "+OK <\xff>\r\n"};

}  // namespace

Lines alice_in_clear() noexcept { return kAliceInClear; }
Lines nameless_in_clear() noexcept { return kNamelessInClear; }
Lines bob_in_clear() noexcept { return kBobInClear; }
Lines under_tls() noexcept { return kUnderTls; }
Lines passed_logins() noexcept { return kPassedLogins; }
Lines tokens_in_clear() noexcept { return kTokensInClear; }
Lines tokens_under_tls() noexcept { return kTokensUnderTls; }
Lines anywhere() noexcept { return kAnywhere; }
Lines odd_replies() noexcept { return kOddReplies; }
Lines dirty_replies() noexcept { return kDirtyReplies; }
Lines bodies() noexcept { return kBodies; }
Lines prompts() noexcept { return kPrompts; }
Lines greetings() noexcept { return kGreetings; }

}  // namespace postern::session_test
