// The process as a whole, with leader election: what an outage of the API server makes of it.
#include <gtest/gtest.h>

#include <chrono>

#include "fake_api/server.h"
#include "property/operator_process.h"

namespace property {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

const fake_api::Key lease{"leases", "openstack", "heat-operator"};

std::string holder(fake_api::Server& server) {
  return json::string_at(server.api().read(lease), "/spec/holderIdentity");
}

bool wait(fake_api::Server& server, const std::function<bool()>& condition) {
  const auto end = steady_clock::now() + seconds(30);
  while (!condition()) {
    if (steady_clock::now() > end) return false;
    server.store().wait(server.store().tick(), end, {});
  }
  return true;
}

TEST(Leadership, AnOutageLongerThanTheRenewDeadlineEndsTheProcessWithOne) {
  fake_api::Server server;
  OperatorProcess process(server.kubeconfig(), {"--leader-elect-namespace=openstack"});
  process.start();
  // It knows that it leads; that the Lease is there is not enough: the answer may still be on its way.
  ASSERT_TRUE(wait(server, [&] { return process.log_tail(20).find("\"leading\"") != std::string::npos; }))
      << process.log_tail(20);
  const auto begin = steady_clock::now();
  server.close_gate();
  server.drop_connections();
  EXPECT_EQ(process.wait(), 1) << process.log_tail(20);
  const auto lasted = steady_clock::now() - begin;
  EXPECT_GT(lasted, seconds(7)) << "10 s after the last renewal, which was 2 s ago at most";
  EXPECT_LT(lasted, seconds(13));
  EXPECT_NE(process.log_tail(1).find("the lease is lost"), std::string::npos) << process.log_tail(5);
}

TEST(Leadership, ASigtermGivesTheLeaseBack) {
  fake_api::Server server;
  OperatorProcess process(server.kubeconfig(), {"--leader-elect-namespace=openstack"});
  process.start();
  ASSERT_TRUE(wait(server, [&] { return !holder(server).empty(); })) << process.log_tail(20);
  EXPECT_EQ(process.terminate(), 0) << process.log_tail(20);
  EXPECT_EQ(holder(server), "");
}

TEST(Leadership, TwoProcessesAreTwoIdentities) {
  fake_api::Server server;
  OperatorProcess first(server.kubeconfig(), {"--leader-elect-namespace=openstack"});
  OperatorProcess second(server.kubeconfig(), {"--leader-elect-namespace=openstack"});
  first.start();
  ASSERT_TRUE(wait(server, [&] { return !holder(server).empty(); }));
  const std::string one = holder(server);
  second.start();
  first.terminate();
  EXPECT_TRUE(wait(server, [&] { return !holder(server).empty() && holder(server) != one; })) << second.log_tail(20);
}

}  // namespace
}  // namespace property
