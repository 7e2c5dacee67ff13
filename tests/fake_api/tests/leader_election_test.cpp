// Leader election over the real transport: whoever writes leads, whatever becomes of the way to the API server.
#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "fake_api/tests/machinery.h"
#include "kube/leader_elector.h"

namespace {

using fake_api::Fault;
using fake_api::Verb;
using std::chrono::milliseconds;
using std::chrono::seconds;

const kube::ObjectKey lease{"default", "heat-operator"};
const fake_api::Key stored_lease{"leases", "default", "heat-operator"};

// Another idea of what day it is.
class SkewedClock final : public base::Clock {
 public:
  explicit SkewedClock(std::chrono::hours skew) : skew_(skew) {}
  base::Monotonic now() const override { return std::chrono::steady_clock::now(); }
  std::chrono::system_clock::time_point wall() const override { return std::chrono::system_clock::now() + skew_; }

 private:
  const std::chrono::hours skew_;
};

// One process of the operator in small: it elects, and while it leads it writes without a pause.
class Candidate {
 public:
  Candidate(fake_api::Server& server, std::string name, std::chrono::hours skew = {})
      : name_(std::move(name)),
        clock_(skew),
        election_(server, std::chrono::minutes(10), name_),
        work_(server, std::chrono::minutes(10), name_, [this] { return elector_.leads_for(); }),
        elector_(lease, settings(name_), election_.client(), clock_, election_.metrics()) {
    worker_ = std::jthread([this](const std::stop_token& stop) { write(stop); });
    thread_ = std::jthread([this](std::stop_token stop) {
      end_ = elector_.run(std::move(stop));
      ended_ = true;
    });
  }

  bool leads() const { return elector_.leads(); }
  bool wait_until_leading() { return elector_.wait_until_leading(stop_.get_token()); }
  bool lost() const { return ended_ && end_ == kube::LeaderElector::End::lost; }
  kube::LeaderElector& elector() { return elector_; }
  std::string metrics() { return election_.metrics().text(); }
  // As SIGTERM does it: the work first, then the Lease.
  void stop() {
    worker_ = {};
    thread_ = {};
  }
  static kube::LeaseState::Settings settings(std::string name) {
    return {std::move(name), seconds(2), milliseconds(1000), milliseconds(100)};
  }

 private:
  void write(const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i) {
      const std::string object = name_ + "-" + std::to_string(i);
      if (!elector_.leads() || !work_.client().apply(kube::types::config_map, {"default", object},
                                                     machinery::config_map(object, "1").dump(), {}, stop)) {
        std::this_thread::yield();
      }
    }
  }

  const std::string name_;
  const SkewedClock clock_;
  machinery::Connected election_;
  machinery::Connected work_;
  kube::LeaderElector elector_;
  std::stop_source stop_;
  std::atomic<kube::LeaderElector::End> end_{};
  std::atomic<bool> ended_{false};
  std::jthread worker_;
  std::jthread thread_;
};

class LeaderElection : public testing::Test {
 protected:
  bool wait(const std::function<bool()>& condition, base::Duration within = machinery::deadline) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      server_.store().wait(server_.store().tick(), std::chrono::steady_clock::now() + milliseconds(5), {});
    }
    return true;
  }
  // Of the Lease; empty where there is none.
  json::Value spec() {
    const json::Value found = server_.api().read(stored_lease);
    return found.is_null() ? json::Value::object() : found.at("spec");
  }
  std::string holder() { return spec().value("holderIdentity", ""); }
  // Whose objects were made, in this order, each name once for each of its turns.
  std::vector<std::string> turns() {
    std::vector<std::string> found;
    for (const auto& write : server_.log().writes()) {
      const std::string name = write.key.name.substr(0, write.key.name.find('-'));
      if (write.status < 300 && (found.empty() || found.back() != name)) found.push_back(name);
    }
    return found;
  }
  bool has_written(const std::string& name) {
    const auto found = turns();
    return std::find(found.begin(), found.end(), name) != found.end();
  }
  // What `name` asks is dropped, from now on.
  void cut_off(const std::string& name) {
    Fault away;
    away.match.where = [name](const fake_api::Request& request) { return request.user_agent == name; };
    away.drop = true;
    away.times = -1;
    server_.faults().add(away);
  }

  fake_api::Server server_;
};

TEST_F(LeaderElection, TheFirstLeadsAndRenews) {
  Candidate a(server_, "a");
  ASSERT_TRUE(a.wait_until_leading());
  EXPECT_EQ(holder(), "a");
  EXPECT_EQ(spec()["leaseDurationSeconds"], 2);
  EXPECT_EQ(spec()["leaseTransitions"], 0);
  const json::Value first = spec();
  EXPECT_TRUE(wait([&] { return spec()["renewTime"] != first["renewTime"]; }));
  EXPECT_EQ(spec()["acquireTime"], first["acquireTime"]);
  EXPECT_NE(a.metrics().find("leader_election_master_status{name=\"heat-operator\"} 1"), std::string::npos);
}

TEST_F(LeaderElection, TheSecondStandsByAndWritesNothing) {
  Candidate a(server_, "a");
  ASSERT_TRUE(wait([&] { return has_written("a"); }));
  Candidate b(server_, "b");
  ASSERT_TRUE(wait([&] { return b.elector().trouble().empty() && server_.log().write_count() > 50; }));
  EXPECT_FALSE(b.leads());
  EXPECT_EQ(turns(), std::vector<std::string>{"a"});
  EXPECT_NE(b.metrics().find("leader_election_master_status{name=\"heat-operator\"} 0"), std::string::npos);
}

TEST_F(LeaderElection, AStopHandsItOverAtOnceAndInOrder) {
  Candidate a(server_, "a");
  ASSERT_TRUE(wait([&] { return has_written("a"); }));
  Candidate b(server_, "b");
  a.stop();
  EXPECT_FALSE(a.lost());
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(wait([&] { return has_written("b"); }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(2)) << "it has waited for the end of the Lease";
  EXPECT_EQ(turns(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(spec()["leaseTransitions"], 1);
}

TEST_F(LeaderElection, WhoIsCutOffStopsWritingBeforeAnotherBegins) {
  Candidate a(server_, "a");
  ASSERT_TRUE(wait([&] { return has_written("a"); }));
  Candidate b(server_, "b");
  cut_off("a");
  ASSERT_TRUE(wait([&] { return has_written("b"); }));
  EXPECT_TRUE(a.lost());
  EXPECT_NE(a.elector().loss().find("not renewed in time"), std::string::npos) << a.elector().loss();
  EXPECT_EQ(turns(), (std::vector<std::string>{"a", "b"}));
}

// The way to the Lease alone is gone: the work could go on, and must not.
TEST_F(LeaderElection, RenewalsThatHangEndTheWritingInTime) {
  Candidate a(server_, "a");
  ASSERT_TRUE(wait([&] { return has_written("a"); }));
  Fault hangs;
  hangs.match.plural = "leases";
  hangs.delay = seconds(30);
  hangs.times = -1;
  server_.faults().add(hangs);
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(wait([&] { return a.lost(); }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(1500));
  EXPECT_FALSE(a.leads());
  server_.faults().clear();
  const int writes = server_.log().write_count();
  EXPECT_FALSE(wait([&] { return server_.log().write_count() > writes; }, milliseconds(200)));
}

TEST_F(LeaderElection, AnOutageLongerThanTheDeadlineLosesIt) {
  Candidate a(server_, "a");
  ASSERT_TRUE(wait([&] { return has_written("a"); }));
  server_.close_gate();
  server_.drop_connections();
  ASSERT_TRUE(wait([&] { return a.lost(); }));
  const int writes = server_.log().write_count();
  server_.open_gate();
  EXPECT_FALSE(wait([&] { return server_.log().write_count() > writes; }, milliseconds(200)));
}

TEST_F(LeaderElection, AnOutageShorterThanThatDoesNot) {
  Candidate a(server_, "a");
  ASSERT_TRUE(wait([&] { return has_written("a"); }));
  Fault away;
  away.match.plural = "leases";
  away.instead = fake_api::refusal(500, "InternalError", "etcd is away");
  away.times = 4;
  const std::size_t number = server_.faults().add(away);
  ASSERT_TRUE(server_.faults().wait_fired(number, machinery::deadline, 4));
  const json::Value then = spec();
  EXPECT_TRUE(wait([&] { return spec()["renewTime"] != then["renewTime"]; }));
  EXPECT_TRUE(a.leads());
  EXPECT_EQ(spec()["leaseTransitions"], 0);
  EXPECT_NE(a.metrics().find("leader_election_slowpath_total"), std::string::npos);
}

TEST_F(LeaderElection, AStolenLeaseIsLostAtTheNextRenewal) {
  Candidate a(server_, "a");
  ASSERT_TRUE(wait([&] { return has_written("a"); }));
  server_.api().patch(stored_lease, {{"spec", {{"holderIdentity", "thief"}}}});
  ASSERT_TRUE(wait([&] { return a.lost(); }, milliseconds(900)));
  EXPECT_NE(a.elector().loss().find("thief"), std::string::npos) << a.elector().loss();
  EXPECT_EQ(holder(), "thief");
}

TEST_F(LeaderElection, WhatOthersWriteIntoItStays) {
  Candidate a(server_, "a");
  ASSERT_TRUE(a.wait_until_leading());
  server_.api().patch(stored_lease, {{"metadata", {{"labels", {{"team", "cloud"}}}}}});
  const json::Value then = spec();
  ASSERT_TRUE(wait([&] { return spec()["renewTime"] != then["renewTime"]; }));
  EXPECT_EQ(server_.api().read(stored_lease)["metadata"]["labels"]["team"], "cloud");
  EXPECT_TRUE(a.leads());
}

TEST_F(LeaderElection, ADeletedLeaseStaysWithItsLeader) {
  Candidate a(server_, "a");
  ASSERT_TRUE(wait([&] { return has_written("a"); }));
  Candidate b(server_, "b");
  ASSERT_TRUE(wait([&] { return server_.log().read_count() > 2; }));
  server_.api().remove(stored_lease);
  ASSERT_TRUE(wait([&] { return holder() == "a"; }));
  EXPECT_TRUE(a.leads());
  EXPECT_EQ(turns(), std::vector<std::string>{"a"});
}

// Whose clock is wrong by a day neither keeps nor takes what is not its.
TEST_F(LeaderElection, WallClocksDoNotMatter) {
  Candidate a(server_, "a", std::chrono::hours(-24));
  ASSERT_TRUE(wait([&] { return has_written("a"); }));
  Candidate b(server_, "b", std::chrono::hours(24));
  EXPECT_FALSE(wait([&] { return b.leads() || a.lost(); }, seconds(3))) << "longer than the Lease lasts";
  cut_off("a");
  ASSERT_TRUE(wait([&] { return has_written("b"); }));
  EXPECT_EQ(turns(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(LeaderElection, AnAnswerThatWasLostIsFoundAgain) {
  Fault lost;
  lost.match.plural = "leases";
  lost.match.writes_only = true;
  lost.cut_answer = true;
  lost.times = 2;
  server_.faults().add(lost);
  Candidate a(server_, "a");
  EXPECT_TRUE(wait([&] { return has_written("a"); }));
  EXPECT_EQ(spec()["leaseTransitions"], 0);
}

TEST_F(LeaderElection, GivesBackThoughTheFirstTryFails) {
  Candidate a(server_, "a");
  ASSERT_TRUE(a.wait_until_leading());
  Fault away;
  away.match.plural = "leases";
  away.match.where = [](const fake_api::Request& request) {
    return request.verb == Verb::update &&
           json::string_at(json::parse(request.body).value(), "/spec/holderIdentity").empty();
  };
  away.drop = true;
  const std::size_t number = server_.faults().add(away);
  a.stop();
  EXPECT_EQ(server_.faults().fired(number), 1);
  EXPECT_EQ(holder(), "");
  EXPECT_EQ(spec()["leaseDurationSeconds"], 1);
}

TEST_F(LeaderElection, SaysWhichRightIsMissing) {
  Fault forbidden;
  forbidden.match.plural = "leases";
  forbidden.instead = fake_api::refusal(403, "Forbidden", "leases is forbidden");
  forbidden.times = -1;
  server_.faults().add(forbidden);
  Candidate a(server_, "a");
  ASSERT_TRUE(wait([&] { return !a.elector().trouble().empty(); }));
  EXPECT_NE(a.elector().trouble().find("get, create and update on leases"), std::string::npos);
  EXPECT_TRUE(a.elector().alive(seconds(20)));
  server_.faults().clear();
  EXPECT_TRUE(a.wait_until_leading());
  EXPECT_EQ(a.elector().trouble(), "");
}

}  // namespace
