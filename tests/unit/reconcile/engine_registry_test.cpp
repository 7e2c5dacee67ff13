// Against a server that plays Keystone and Heat.
#include "reconcile/engine_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>

#include "../http/scripted_server.h"
#include "heat/keystone_token.h"

namespace reconcile {
namespace {

using http::testing::Conversation;
using http::testing::ScriptedServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ServiceListTest : public testing::Test {
 protected:
  EngineQuestion question(bool keystone) const {
    EngineQuestion asked{server_.url("127.0.0.1"), "heat-engine", 2, std::nullopt};
    if (keystone) asked.user = KeystoneUser{server_.url("127.0.0.1") + "/v3/", login_};
    return asked;
  }

  base::Result<heat::EngineReport> ask(const EngineQuestion& asked) { return list_.ask(asked, {}); }

  std::vector<std::string> requests() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(requests_, {});
  }
  void answer_with(int status) {
    const std::scoped_lock lock(mutex_);
    status_ = status;
  }
  void expire_tokens() {
    const std::scoped_lock lock(mutex_);
    valid_.clear();
  }

 private:
  void handle(Conversation& talk) {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(talk.method + " " + talk.target);
    if (talk.target == "/v3/auth/tokens") {
      EXPECT_EQ(talk.body, heat::token_request(login_));
      const std::string token = "token-" + std::to_string(++issued_);
      valid_.insert(token);
      talk.respond(201, R"({"token": {"project": {"id": "p1"}}})", "X-Subject-Token: " + token + "\r\n");
      return;
    }
    if (talk.target == "/v1/p1/services" && !shows_a_valid_token(talk.head)) {
      talk.respond(401, "");
      return;
    }
    talk.respond(status_, R"({"services": [{"hostname": "heat-engine-0", "status": "up"}]})");
  }
  bool shows_a_valid_token(const std::string& head) const {
    for (const std::string& token : valid_) {
      if (head.find("X-Auth-Token: " + token + "\r\n") != std::string::npos) return true;
    }
    return false;
  }

  const heat::KeystoneLogin login_{"heat", "canary", "service", "Default", "Default", "", ""};
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::set<std::string> valid_;
  int issued_ = 0;
  int status_ = 200;
  ScriptedServer server_{[this](Conversation& talk) { handle(talk); }, std::nullopt};
  const base::SystemClock clock_;
  ServiceList list_{clock_};
};

TEST_F(ServiceListTest, WithoutKeystoneNobodyIsAskedForAToken) {
  EXPECT_EQ(ask(question(false)), (heat::EngineReport{1}));
  EXPECT_THAT(requests(), ElementsAre("GET /v1/admin/services"));
}

TEST_F(ServiceListTest, ATokenIsShownAgainUntilHeatRefusesIt) {
  EXPECT_EQ(ask(question(true)), (heat::EngineReport{1}));
  EXPECT_THAT(requests(), ElementsAre("POST /v3/auth/tokens", "GET /v1/p1/services"));
  EXPECT_EQ(ask(question(true)), (heat::EngineReport{1}));
  EXPECT_THAT(requests(), ElementsAre("GET /v1/p1/services"));
  expire_tokens();
  EXPECT_EQ(ask(question(true)), (heat::EngineReport{1}));
  EXPECT_THAT(requests(), ElementsAre("GET /v1/p1/services", "POST /v3/auth/tokens", "GET /v1/p1/services"));
}

// By Heat's own policy, all but admins.
TEST_F(ServiceListTest, WhoMayNotIsToldOnceATime) {
  answer_with(403);
  const auto answer = ask(question(true));
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("403"));
  EXPECT_THAT(requests(), ElementsAre("POST /v3/auth/tokens", "GET /v1/p1/services"));
}

TEST_F(ServiceListTest, AnErrorHoldsNoLogin) {
  EngineQuestion nowhere = question(true);
  nowhere.user->auth_url = "http://127.0.0.1:1/v3";
  const auto answer = ask(nowhere);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, Not(HasSubstr("canary")));
}

TEST(EnginesAreWell, WhereAllOfThemAreRegistered) {
  const EngineQuestion two{"", "", 2, std::nullopt};
  EXPECT_FALSE(are_engines_well(two, {1}));
  EXPECT_TRUE(are_engines_well(two, {2}));
}

}  // namespace
}  // namespace reconcile
