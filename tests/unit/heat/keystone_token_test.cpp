#include "heat/keystone_token.h"

#include <gtest/gtest.h>

#include "json/json.h"

namespace heat {
namespace {

TEST(TokenRequest, IsForHeatsUserInItsProject) {
  KeystoneLogin login;
  login.username = "heat";
  login.password = "a\"b\\c";
  login.project = "service";
  login.user_domain = "users";
  login.project_domain = "projects";
  const json::Value auth = json::Value::parse(token_request(login)).at("auth");
  EXPECT_EQ(auth.at("identity").at("methods"), json::Value::array({"password"}));
  const json::Value& user = auth.at("identity").at("password").at("user");
  EXPECT_EQ(user.at("name"), "heat");
  EXPECT_EQ(user.at("password"), "a\"b\\c");
  EXPECT_EQ(user.at("domain").at("name"), "users");
  EXPECT_EQ(auth.at("scope").at("project").at("name"), "service");
  EXPECT_EQ(auth.at("scope").at("project").at("domain").at("name"), "projects");
}

// It becomes part of a path.
TEST(ProjectOfToken, IsAnIdOrNothing) {
  EXPECT_EQ(project_of_token(R"({"token": {"project": {"id": "0a1b-2C"}}})"), "0a1b-2C");
  for (const char* answer :
       {"", "{}", R"({"token": {"project": {"id": ""}}})", R"({"token": {"project": {"id": "a/../b"}}})",
        R"({"token": {"project": {"id": "a b"}}})"}) {
    EXPECT_FALSE(project_of_token(answer)) << answer;
  }
}

}  // namespace
}  // namespace heat
