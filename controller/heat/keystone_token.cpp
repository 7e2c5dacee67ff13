#include "heat/keystone_token.h"

#include <algorithm>
#include <cctype>

#include "json/json.h"

namespace heat {
namespace {

json::Value domain(const std::string& name) { return json::object({{"name", name}}); }

}  // namespace

std::string token_request(const KeystoneLogin& login) {
  const json::Value user = {
      {"name", login.username}, {"domain", domain(login.user_domain)}, {"password", login.password}};
  const json::Value identity = {{"methods", json::Value::array({"password"})}, {"password", {{"user", user}}}};
  const json::Value scope = {{"project", {{"name", login.project}, {"domain", domain(login.project_domain)}}}};
  return json::Value({{"auth", {{"identity", identity}, {"scope", scope}}}}).dump();
}

base::Result<std::string> project_of_token(std::string_view answer) {
  const auto parsed = json::parse(answer);
  std::string id = parsed ? json::string_at(*parsed, "/token/project/id") : std::string();
  const auto is_of_an_id = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-'; };
  if (id.empty() || !std::all_of(id.begin(), id.end(), is_of_an_id)) {
    return base::failure("Keystone's answer names no project");
  }
  return id;
}

}  // namespace heat
