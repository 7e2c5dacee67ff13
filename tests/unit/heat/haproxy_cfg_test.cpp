#include "heat/config/haproxy_cfg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample.h"

namespace heat {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HaproxyCfg, SlotsFollowReachWithOneMoreForARollout) {
  Spec spec = sample::spec();
  std::vector<std::string> seen;
  for (long replicas = 1; replicas <= 16; ++replicas) {
    spec.api.replicas = replicas;
    const std::string cfg = haproxy_cfg(spec);
    if (seen.empty() || seen.back() != cfg) seen.push_back(cfg);
  }
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_THAT(seen[0], HasSubstr("server-template api 5 \"_http._tcp.heat-api.${SERVICE_DOMAIN}\""));
  EXPECT_THAT(seen[2], HasSubstr("server-template api 17 "));
}

TEST(HaproxyCfg, ConnectionsToAPodFollowItsThreadsAndTheReachOfProxies) {
  Spec spec = sample::spec();
  spec.api.workers = 1;
  spec.api.threads = 20;
  spec.cfn.workers = 1;
  spec.cfn.threads = 1;
  EXPECT_THAT(haproxy_cfg(spec), HasSubstr("maxconn 19\n"));
  EXPECT_TRUE(haproxy_cfg(spec).ends_with("maxconn 1\n"));
  const std::string before = haproxy_cfg(spec);
  spec.proxy.replicas = 4;
  EXPECT_EQ(haproxy_cfg(spec), before) << "a proxy more within reach restarts none";
  spec.proxy.replicas = 9;
  EXPECT_THAT(haproxy_cfg(spec), HasSubstr("maxconn 5\n"));
}

// Where its threads all wait for engines, a pod answers its check as late as any call.
TEST(HaproxyCfg, ABusyPodIsNotADeadOne) {
  Spec spec = sample::spec();
  spec.proxy.server_timeout = std::chrono::seconds(77);
  EXPECT_THAT(haproxy_cfg(spec), HasSubstr("timeout check 77s\n"));
}

TEST(HaproxyCfg, ReadinessIsThatOfAnApiThatIsWanted) {
  Spec spec = sample::spec();
  EXPECT_THAT(haproxy_cfg(spec), HasSubstr("monitor fail if { nbsrv(api) lt 1 }"));
  spec.api.replicas = 0;
  EXPECT_THAT(haproxy_cfg(spec), HasSubstr("monitor fail if { nbsrv(cfn) lt 1 }"));
}

TEST(HaproxyCfg, ClientsCannotSayWhatTheyCalled) {
  Spec spec = sample::spec();
  EXPECT_THAT(haproxy_cfg(spec), HasSubstr("set-header X-Forwarded-Proto http if { dst_port 8004 }"));
  EXPECT_THAT(haproxy_cfg(spec), HasSubstr("del-header X-Forwarded-Host"));
  EXPECT_THAT(haproxy_cfg(spec), Not(HasSubstr("set-header X-Forwarded-Prefix")));
  spec.proxy.public_orchestration_url = "https://heat.example.org/a/b/v1";
  EXPECT_THAT(haproxy_cfg(spec), HasSubstr("set-header X-Forwarded-Proto https if { dst_port 8004 }"));
  EXPECT_THAT(haproxy_cfg(spec), HasSubstr("set-header X-Forwarded-Prefix /a/b if { dst_port 8004 }"));
}

TEST(HaproxyCfg, FollowsTheSpec) {
  Spec spec = sample::spec();
  spec.proxy.balance = "source";
  spec.proxy.max_connections = 123;
  spec.proxy.server_timeout = std::chrono::seconds(600);
  spec.config.haproxy = "defaults\n    option tcpka";
  const std::string cfg = haproxy_cfg(spec);
  EXPECT_THAT(cfg, HasSubstr("balance source\n    hash-type consistent\n"));
  EXPECT_THAT(cfg, HasSubstr("    maxconn 123\n"));
  EXPECT_THAT(cfg, HasSubstr("timeout server 600s\n"));
  EXPECT_THAT(cfg, HasSubstr("hard-stop-after 610s\n"));
  EXPECT_TRUE(cfg.ends_with("# spec.config.haproxy\ndefaults\n    option tcpka\n"));
}

}  // namespace
}  // namespace heat
