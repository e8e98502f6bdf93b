#include "proxy/report/findings.hpp"

#include "proxy/report/network_name.hpp"

namespace postern::report {

bool is_clear(const LogLine& line) noexcept {
  const std::string_view tls = line.get("tls");
  return tls.empty() || tls == "-";
}

bool is_logged_in(const LogLine& line) noexcept {
  return line.event() == "session" && line.has("login_dur");
}

std::string_view outcome_of(const LogLine& line) noexcept {
  const std::string_view event = line.event();
  if (event == "policy_denied") return "refused";
  if (event == "policy_would_deny") return "would be refused";
  if (event == "secret_exposed") return "password exposed";
  return is_logged_in(line) ? "logged in" : "";
}

std::string client_network(const LogLine& line) { return network_of(std::string(line.get("rip"))); }

}  // namespace postern::report
