// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/answer.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace postern::pop3 {
namespace {

struct Entry {
  Answer answer;
  std::string_view text;
};

// fetchmail takes a refusal with "wait" in it for a passing one, and tries again.
constexpr std::array kTexts = std::to_array<Entry>({
    {Answer::kSilence, ""},
    {Answer::kSingle, ""},
    {Answer::kMulti, ""},
    {Answer::kQuit, ""},
    {Answer::kCapabilities, ""},
    {Answer::kOwnCapabilities, ""},
    {Answer::kUnknownCommand, "-ERR unknown command\r\n"},
    {Answer::kTooManyBadCommands, "-ERR too many bad commands\r\n"},
    {Answer::kMalformed, "-ERR a line must not hold NUL or CR\r\n"},
    {Answer::kTooLong, "-ERR line too long\r\n"},
    {Answer::kLogInFirst, "-ERR log in first\r\n"},
    {Answer::kStlsTakesNoArgument, "-ERR STLS takes no argument\r\n"},
    {Answer::kTlsIsActive, "-ERR TLS is active already\r\n"},
    {Answer::kNoStlsHere, "-ERR STLS is not offered here\r\n"},
    {Answer::kCapaTakesNoArgument, "-ERR CAPA takes no argument\r\n"},
    {Answer::kQuitTakesNoArgument, "-ERR QUIT takes no argument\r\n"},
    {Answer::kUserTakesName, "-ERR USER takes a name\r\n"},
    {Answer::kSendUserFirst, "-ERR send USER first\r\n"},
    {Answer::kPassTakesPassword, "-ERR PASS takes a password\r\n"},
    {Answer::kUseAuth, "-ERR use AUTH to log in\r\n"},
    {Answer::kApopTakesNameAndDigest, "-ERR APOP takes a name and a digest\r\n"},
    {Answer::kApopNeedsStamp, "-ERR APOP needs a greeting with a timestamp\r\n"},
    {Answer::kNoSuchMechanism, "-ERR unknown or forbidden mechanism\r\n"},
    {Answer::kNoClientCertificate,
     "-ERR EXTERNAL needs a client certificate that names a user\r\n"},
    {Answer::kCancelled, "-ERR cancelled\r\n"},
    {Answer::kNotBase64, "-ERR not base64\r\n"},
    {Answer::kMalformedCredentials, "-ERR malformed credentials\r\n"},
    {Answer::kSomebodyElse, "-ERR logging in as somebody else is not possible\r\n"},
    {Answer::kCredentialsTooLong, "-ERR name or password too long\r\n"},
    {Answer::kNameHoldsControl, "-ERR a name must not hold control characters\r\n"},
    {Answer::kPasswordHoldsControl, "-ERR a password must not hold control characters\r\n"},
    {Answer::kExposedPassword,
     "-ERR [AUTH] this password was sent unprotected before: have it changed, then log in\r\n"},
    {Answer::kNoRoute,
     "-ERR [SYS/PERM] no mail server is set up here for this login, ask its administrator\r\n"},
    {Answer::kNotAllowed, "-ERR command not allowed\r\n"},
    {Answer::kObsolete, "-ERR this command is obsolete\r\n"},
    {Answer::kLoggedIn, "-ERR already logged in\r\n"},
    {Answer::kBadArgument, "-ERR bad argument\r\n"},
    {Answer::kNoUsableAnswer, "-ERR the mail server gave no usable answer\r\n"},
    {Answer::kNoSuchMessage, "-ERR no such message\r\n"},
    {Answer::kCommandFailed, "-ERR command failed\r\n"},
    {Answer::kBackendLacksCommand, "-ERR the mail server does not know this command\r\n"},
    {Answer::kBackendHasClosed,
     "-ERR [SYS/TEMP] the mail server closed the connection, please wait and try again later\r\n"},
    {Answer::kBackendIsSilent,
     "-ERR [SYS/TEMP] the mail server did not answer, please wait and try again later\r\n"},
    {Answer::kNoPop3, "-ERR this is a POP3 server\r\n"},
    {Answer::kTooManyConnections,
     "-ERR [SYS/TEMP] too many connections, please wait and try again later\r\n"},
    {Answer::kTooManySessions,
     "-ERR [SYS/TEMP] too many sessions of this user, please wait and try again later\r\n"},
    {Answer::kTooManyFailedLogins,
     "-ERR [SYS/TEMP] too many failed logins, please wait and try again later\r\n"},
    {Answer::kLoginTimeout,
     "-ERR [SYS/TEMP] the login took too long, please wait and try again later\r\n"},
    {Answer::kShuttingDown, "-ERR [SYS/TEMP] shutting down, please wait and try again later\r\n"},
    {Answer::kKicked,
     "-ERR [SYS/TEMP] this session was ended by the administrator, please wait and try again "
     "later\r\n"},
});

consteval bool in_order() {
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    if (static_cast<std::size_t>(kTexts[i].answer) != i) return false;
  }
  return static_cast<std::size_t>(Answer::kKicked) + 1 == kTexts.size();
}
static_assert(in_order(), "every answer has its text, in the order of the enum");

}  // namespace

bool is_own(Answer answer) noexcept { return answer >= Answer::kOwnCapabilities; }

bool is_good(Answer answer) noexcept { return answer <= Answer::kOwnCapabilities; }

bool is_bad(Answer answer) noexcept {
  const bool excused = answer == Answer::kNotAllowed || answer == Answer::kObsolete;
  return answer > Answer::kOwnCapabilities && !excused;
}

std::string_view text_of(Answer answer) noexcept {
  return kTexts[static_cast<std::size_t>(answer)].text;
}

Answer complaint_about(LineForm form) noexcept {
  switch (form) {
    case LineForm::kTooLong:
      return Answer::kTooLong;
    case LineForm::kBareLf:  // a client's is taken
    case LineForm::kMalformed:
    case LineForm::kGood:
      return Answer::kMalformed;
  }
  std::unreachable();
}

}  // namespace postern::pop3
