#include "reconcile/broker_health.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "../http/scripted_server.h"
#include "base/base64.h"

namespace reconcile {
namespace {

using namespace std::chrono_literals;

const kube::ObjectKey heat{"openstack", "heat"};
const BrokerQuestion question{"http://heat-broker-nodes.openstack.svc:15672", {"heat", "secret"}, 3};
constexpr auto patience = 10s;

// Brokers that say what they are told to, and somebody who asks them on a thread of its own.
class Brokers {
 public:
  explicit Brokers(base::Duration interval)
      : health(
            interval, clock_, [this](const BrokerQuestion& asked, const std::stop_token&) { return answer(asked); },
            is_broker_well, [this](const kube::ObjectKey& key) { changed(key); }),
        asker_([this](std::stop_token stop) { health.run(std::move(stop)); }) {}

  void say(std::optional<heat::BrokerReport> report) {
    const std::scoped_lock lock(mutex_);
    says_ = report;
  }
  // It is asked from now on, shall have three nodes, and says this first.
  bool first_says(const heat::BrokerReport& report) {
    say(report);
    (void)health.report(heat, question);
    return told(1);
  }
  // Waits until so many were asked, in all.
  bool asked(int times) {
    std::unique_lock lock(mutex_);
    return moved_.wait_for(lock, patience, [&] { return asked_ >= times; });
  }
  // … until a change was told, so many in all.
  bool told(int times) {
    std::unique_lock lock(mutex_);
    return moved_.wait_for(lock, patience, [&] { return told_ >= times; });
  }
  int times_asked() {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

 private:
  base::Result<heat::BrokerReport> answer(const BrokerQuestion& asked) {
    const std::scoped_lock lock(mutex_);
    EXPECT_EQ(asked, (BrokerQuestion{question.url, question.login, asked.nodes}));
    ++asked_;
    moved_.notify_all();
    if (!says_) return base::failure("no answer");
    return *says_;
  }
  void changed(const kube::ObjectKey& key) {
    EXPECT_EQ(key, heat);
    const std::scoped_lock lock(mutex_);
    ++told_;
    moved_.notify_all();
  }

  const base::SystemClock clock_;
  std::mutex mutex_;
  std::condition_variable moved_;
  std::optional<heat::BrokerReport> says_;
  int asked_ = 0;
  int told_ = 0;

 public:
  BrokerHealth health;

 private:
  std::jthread asker_;
};

TEST(BrokerHealth, WhatABrokerSaysIsThereWhenItWasAsked) {
  Brokers brokers(1h);
  brokers.say(heat::BrokerReport{3, 40, 0});
  EXPECT_EQ(brokers.health.report(heat, question), std::nullopt);
  ASSERT_TRUE(brokers.told(1));
  EXPECT_EQ(brokers.health.report(heat, question), (heat::BrokerReport{3, 40, 0}));
}

TEST(BrokerHealth, OnlyAChangeIsTold) {
  Brokers brokers(1ms);
  ASSERT_TRUE(brokers.first_says(heat::BrokerReport{3, 40, 0}));
  const std::uint64_t version = brokers.health.version(heat);
  ASSERT_TRUE(brokers.asked(brokers.times_asked() + 2));
  EXPECT_EQ(brokers.health.version(heat), version);
  brokers.say(heat::BrokerReport{3, 41, 0});
  ASSERT_TRUE(brokers.told(2));
  EXPECT_NE(brokers.health.version(heat), version);
}

TEST(BrokerHealth, WhoDoesNotAnswerSaysNothing) {
  Brokers brokers(1ms);
  ASSERT_TRUE(brokers.first_says(heat::BrokerReport{3, 40, 0}));
  brokers.say(std::nullopt);
  ASSERT_TRUE(brokers.told(2));
  EXPECT_EQ(brokers.health.report(heat, question), std::nullopt);
}

TEST(BrokerHealth, AnotherNumberOfNodesIsAskedForAtOnce) {
  Brokers brokers(1h);
  ASSERT_TRUE(brokers.first_says(heat::BrokerReport{3, 40, 0}));
  brokers.say(heat::BrokerReport{5, 40, 0});
  BrokerQuestion of_five = question;
  of_five.nodes = 5;
  (void)brokers.health.report(heat, of_five);
  ASSERT_TRUE(brokers.told(2));
}

// Within seconds, though the interval is an hour.
TEST(BrokerHealth, WhoIsNotWellIsAskedAgainSoon) {
  Brokers brokers(1h);
  ASSERT_TRUE(brokers.first_says(heat::BrokerReport{2, 40, 0}));
  brokers.say(heat::BrokerReport{3, 40, 0});
  ASSERT_TRUE(brokers.told(2));
}

TEST(BrokerHealth, WhoIsForgottenIsNotAsked) {
  Brokers brokers(1ms);
  ASSERT_TRUE(brokers.first_says(heat::BrokerReport{3, 40, 0}));
  brokers.health.forget(heat);
  EXPECT_EQ(brokers.health.version(heat), 0u);
  brokers.say(heat::BrokerReport{3, 41, 0});
  (void)brokers.health.report(heat, question);
  ASSERT_TRUE(brokers.told(2));
}

// A broker that knows one login, with two nodes that run.
class AskedBroker {
 public:
  base::Result<heat::BrokerReport> ask(const std::optional<heat::BrokerLogin>& former) const {
    return ask_broker({server_.url("127.0.0.1"), {"heat-3", "new"}, 3, former}, {});
  }
  int times_asked() const { return server_.requests_served(); }

  explicit AskedBroker(const std::string& login)
      : server_(
            [login](http::testing::Conversation& talk) {
              const bool known = talk.head.find("Authorization: Basic " + login + "\r\n") != std::string::npos;
              const bool nodes = talk.target == heat::broker_nodes_path;
              talk.respond(known ? 200 : 401, !known ? "{}" : nodes ? R"([{"name": "a", "running": true}])" : "[]");
            },
            std::nullopt) {}

 private:
  http::testing::ScriptedServer server_;
};

const heat::BrokerLogin former{"heat-2", "old"};

TEST(AskBroker, GoesByTheLoginThatTheBrokerKnows) {
  const AskedBroker rolled(base::base64_encode("heat-3:new"));
  EXPECT_EQ(rolled.ask(former).value().running, 1);
  EXPECT_EQ(rolled.times_asked(), 2);

  const AskedBroker not_yet(base::base64_encode("heat-2:old"));
  EXPECT_EQ(not_yet.ask(former).value().running, 1) << "no node has started with the new login";
  EXPECT_EQ(not_yet.times_asked(), 3);
}

TEST(AskBroker, ALoginThatIsRefusedIsNoAnswer) {
  const AskedBroker other(base::base64_encode("somebody:else"));
  for (const auto& second : {std::optional<heat::BrokerLogin>(), std::optional(former)}) {
    const auto answer = other.ask(second);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().message, "the broker answers 401");
  }
}

}  // namespace
}  // namespace reconcile
