// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/known_errors.hpp"

#include <algorithm>

#include "policy/exception.hpp"

namespace postern::pop3 {
namespace {

// As they stand in the sources, the manuals and the logs of these servers; "*" stands for any
// characters, and the case of letters does not count.
constexpr std::string_view kTemporary[] = {
    "*server unavailable*",       // Exchange, its mailbox server away: "Server Unavailable. 21"
    "*service unavailable*",      // hMailServer, MailEnable
    "*service not available*",    //
    "*server is not available*",  // Domino
    "*temporar*",                 // Dovecot, Courier, Gmail: "Temporary authentication failure"
    "*try again*",                // Courier: "Temporary problem, please try again later"
    "*try later*",                //
    "*please wait*",              //
    "*lock busy*",                // qpopper: "maildrop lock busy! Is another session active?"
    "*lock*mail*",                // Cyrus: "Unable to lock maildrop: Mailbox is locked by POP"
    "*mail*lock*",                // RFC 1939; hMailServer: "Your mailbox is already locked"
    "*can't get lock*",           // UW imapd
    "*mailbox*in use*",           // UW imapd, vm-pop3d
    "*maildrop*in use*",          //
    "*mailbox*busy*",             //
    "*mailbox*unavailable*",      //
    "*server*busy*",              // Yahoo
    "*internal error*",           // Dovecot: "Internal error occurred. Refer to server log"
    "*internal login failure*",   // Dovecot
    "*internal authentication failure*",  // Dovecot
    "*internal server error*",            // Exchange
    "*system error*",                     // qpopper
    "*server error*",                     //
    "*unable to open maildrop*",          // Cyrus
    "*chdir * failed*",                   // Courier, its file system away
    "*too many connections*",             //
    "*too many * connections*",           //
    "*number of connections*",            // Dovecot: "Maximum number of connections from user+IP"
    "*connection limit*",                 // Courier
    "*connection is closed*",             // Exchange: "Connection is closed. 15"
    "*disconnected*inactivity*",          // Dovecot
    "*shutting down*",                    //
    "*timed out*",                        //
    "*auth*server*down*",                 //
};

// Only what leaves no doubt that the name or the password is meant.
constexpr std::string_view kWrongPassword[] = {
    "*invalid login*",           // Cyrus
    "*login failed*",            // Courier
    "*bad login*",               // UW imapd
    "*login incorrect*",         //
    "*incorrect login*",         //
    "*logon failure*",           // Exchange: "Logon failure: unknown user name or bad password"
    "*authentication fail*",     // Dovecot
    "*authorization failed*",    // Cubic Circle
    "*invalid*credential*",      //
    "*bad credential*",          //
    "*bad authentication*",      //
    "*invalid*password*",        // RFC 1939, hMailServer
    "*bad password*",            //
    "*wrong*password*",          //
    "*incorrect password*",      //
    "*password*incorrect*",      // qpopper: "Password supplied for \"alice\" is incorrect"
    "*password*invalid*",        //
    "*password*wrong*",          //
    "*password*not match*",      //
    "*unknown user*",            //
    "*user unknown*",            //
    "*no such user*",            //
    "*no such mailbox*",         //
    "*no mailbox*",              // RFC 1939: "sorry, no mailbox for frated here"
    "*never heard of mailbox*",  // RFC 1939
};

constexpr std::string_view kUnknownCommand[] = {
    "*unknown command*",          // Dovecot
    "*unrecognized command*",     // Cyrus
    "*unrecognised command*",     //
    "*command not recogni*",      //
    "*invalid command*",          // Courier, hMailServer
    "*bad command*",              //
    "*unsupported command*",      //
    "*command*not supported*",    //
    "*command*not implemented*",  //
    "*not implemented*",          //
    "*command*not known*",        //
    "*protocol error*",           // Exchange: "Protocol error. 19"
    "*syntax error*",             //
};

constexpr std::string_view kNoSuchMessage[] = {
    "*no such message*",       // RFC 1939
    "*no message*",            // Dovecot: "There's no message 9."
    "*invalid message*",       // Dovecot, Courier
    "*bad message*",           // UW imapd
    "*unknown message*",       // hMailServer
    "*message*deleted*",       // Dovecot, qpopper
    "*already deleted*",       //
    "*message*not exist*",     // Cyrus, qpopper
    "*message*n't exist*",     //
    "*message*not found*",     //
    "*message*out of range*",  // Exchange
};

// Whether one of them fits the text, and not merely what the user calls himself in it: else anybody
// could guess uncounted under a name that says "try again".
template <typename Globs>
bool any_fits(const Globs& globs, std::string_view text, std::string_view user) noexcept {
  return std::ranges::any_of(globs, [&](std::string_view glob) {
    return policy::fits(glob, text) && (user.empty() || !policy::fits(glob, user));
  });
}

// What comes after the status.
std::string_view words_of(std::string_view reply) noexcept {
  constexpr std::string_view kError = "-ERR";
  reply.remove_prefix(std::min(kError.size(), reply.size()));
  reply.remove_prefix(std::min(reply.find_first_not_of(' '), reply.size()));
  return reply;
}

}  // namespace

ErrorKind kind_of_login_error(std::string_view reply, const ErrorContext& context) noexcept {
  const std::string_view text = words_of(reply);
  const bool temporary =
      any_fits(context.temporary, text, context.user) || any_fits(kTemporary, text, context.user);
  if (temporary) return ErrorKind::kTemporary;
  return any_fits(kWrongPassword, text, "") ? ErrorKind::kWrongPassword : ErrorKind::kUnknown;
}

ErrorKind kind_of_command_error(std::string_view reply,
                                std::span<const std::string> temporary) noexcept {
  const std::string_view text = words_of(reply);
  if (any_fits(kNoSuchMessage, text, "")) return ErrorKind::kNoSuchMessage;
  if (any_fits(temporary, text, "") || any_fits(kTemporary, text, "")) return ErrorKind::kTemporary;
  return any_fits(kUnknownCommand, text, "") ? ErrorKind::kUnknownCommand : ErrorKind::kUnknown;
}

}  // namespace postern::pop3
