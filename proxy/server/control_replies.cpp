// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/control_replies.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "proxy/admin/control_frame.hpp"

namespace postern::server {

using conf::LogLevel;
using nlohmann::json;

std::string text_of(const json& reply) {
  return reply.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool ControlReplies::understood(const Asker& asker, const ControlRequest& request) {
  const std::string fault = request.fault();
  if (!fault.empty()) fail(asker, fault);
  return fault.empty();
}

void ControlReplies::note(const Asker& asker, std::string_view what) {
  admin::LogEntry entry = log_.entry(LogLevel::kInfo, "control");
  entry.add("uid", std::uint64_t{asker.who.user});
  entry.add("pid", static_cast<std::uint64_t>(asker.who.process));
  log_.write(LogLevel::kInfo, entry.finish(fmt::format("asked over the control socket: {}", what)));
}

void ControlReplies::succeed(const Asker& asker, json reply) {
  reply["ok"] = true;
  const std::string text = text_of(reply);
  if (text.size() > admin::kMostReply) return fail(asker, "the reply would be too long");
  door_.answer(asker.peer, text);
}

void ControlReplies::fail(const Asker& asker, std::string_view why) {
  fail(asker, why, json::object());
}

void ControlReplies::fail_busy(const Asker& asker) {
  fail(asker, "too many questions are under way already");
}

void ControlReplies::fail(const Asker& asker, std::string_view why, json reply) {
  reply["ok"] = false;
  reply["error"] = why;
  door_.answer(asker.peer, text_of(reply));
}

}  // namespace postern::server
