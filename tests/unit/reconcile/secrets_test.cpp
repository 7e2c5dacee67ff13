#include "reconcile/secrets.h"

#include <gtest/gtest.h>

#include <set>

#include "scripted_api.h"

namespace {

using namespace std::chrono_literals;

http::Response secret_named(const std::string& name) {
  return {200,
          {},
          R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":")" + name +
              R"(","namespace":"ns","uid":"u1","resourceVersion":"5"},"data":{"password":"aHVudGVyMg=="}})"};
}

TEST(Secrets, AreReadByNameAndDecoded) {
  ScriptedApi api;
  api.transport->answer = [](const http::Request&) { return secret_named("heat-db"); };
  reconcile::Secrets secrets(api.client, api.clock);
  const auto read = secrets.read({"ns", "heat-db"}, 0ms, {});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->data.at("password"), "hunter2");
  ASSERT_EQ(api.transport->asked.size(), 1u);
  EXPECT_EQ(api.transport->asked[0].method, "GET");
  EXPECT_EQ(api.transport->asked[0].target, "/api/v1/namespaces/ns/secrets/heat-db");
}

TEST(Secrets, AYoungReadIsAnsweredFromMemory) {
  ScriptedApi api;
  api.transport->answer = [](const http::Request&) { return secret_named("heat-db"); };
  reconcile::Secrets secrets(api.client, api.clock);
  ASSERT_TRUE(secrets.read({"ns", "heat-db"}, 5s, {}));
  api.clock.advance(4s);
  ASSERT_TRUE(secrets.read({"ns", "heat-db"}, 5s, {}));
  EXPECT_EQ(api.transport->asked.size(), 1u);
  api.clock.advance(2s);
  ASSERT_TRUE(secrets.read({"ns", "heat-db"}, 5s, {}));
  EXPECT_EQ(api.transport->asked.size(), 2u);
}

TEST(Secrets, AMissingOneIsAnAnswerNotAnError) {
  ScriptedApi api;
  reconcile::Secrets secrets(api.client, api.clock);
  const auto read = secrets.read({"ns", "heat-db"}, 0ms, {});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->object, nullptr);
}

TEST(Secrets, AForbiddenReadIsAnError) {
  ScriptedApi api;
  api.transport->answer = [](const http::Request&) {
    return http::Response{403, {}, R"({"kind":"Status","reason":"Forbidden","message":"no","code":403})"};
  };
  reconcile::Secrets secrets(api.client, api.clock);
  const auto read = secrets.read({"ns", "heat-db"}, 0ms, {});
  ASSERT_FALSE(read);
  EXPECT_TRUE(read.error().forbidden());
}

TEST(Secrets, PollsOfManyStayUnderSixASecond) {
  ScriptedApi api;
  reconcile::Secrets secrets(api.client, api.clock);
  EXPECT_EQ(secrets.poll_interval(60s), 60s);
  for (int i = 0; i < 900; ++i) ASSERT_TRUE(secrets.read({"ns", "s" + std::to_string(i)}, 0ms, {}));
  EXPECT_EQ(secrets.poll_interval(60s), 150s);
}

// Whoever looks at different moments of a beat is woken at one.
TEST(Secrets, PollsEndTogetherAndNoneIsLate) {
  ScriptedApi api;
  const reconcile::Secrets secrets(api.client, api.clock);
  std::set<base::Monotonic> ends;
  for (int i = 0; i < 20; ++i) {
    const base::Duration wait = secrets.until_next_poll(60s);
    EXPECT_LE(wait, 60s);
    EXPECT_GT(wait, 50s);
    ends.insert(api.clock.now() + wait);
    api.clock.advance(1s);
  }
  EXPECT_LE(ends.size(), 3u);
  EXPECT_LE(secrets.until_next_poll(1s), 1s);
  EXPECT_GT(secrets.until_next_poll(1s), 700ms);
}

TEST(Secrets, WhatNobodyReadsIsForgotten) {
  ScriptedApi api;
  reconcile::Secrets secrets(api.client, api.clock);
  ASSERT_TRUE(secrets.read({"ns", "heat-db"}, 0ms, {}));
  api.clock.advance(10min);
  secrets.forget_unread(5min);
  ASSERT_TRUE(secrets.read({"ns", "heat-db"}, 1h, {}));
  EXPECT_EQ(api.transport->asked.size(), 2u);
}

}  // namespace
