// The rights that are shipped are those that the operator used while the integration tests ran: none is missing and
// none is given for nothing. It learns both from outside (the API server's audit log and the shipped files), so a new
// kind needs no change here.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "audit_log.h"
#include "json/yaml.h"

namespace used_rights {
namespace {

// What no request of these tests shows.
rights::Rights used_elsewhere(const rights::Rights& used) {
  // The admission plugin OwnerReferencesPermissionEnforcement, which runs in the tests' API server, asks whether who
  // makes a child that blocks its owner's deletion may update the owner's finalizers: RightsTest takes this right away
  // and sees the child refused.
  rights::Rights found = {{"heat.openstack.org/heatclusters/finalizers", {"update"}}};
  // A watch begins with all that there is (a streaming list); a list is what the watcher falls back to where the API
  // server refuses that, or breaks it off (tests/fake_api, WatcherFaultsInEitherMode).
  for (const auto& [resource, verbs] : used) {
    if (verbs.contains("watch")) found[resource].insert("list");
  }
  return found;
}

const rights::Rights& shipped() {
  static const rights::Rights all = [] {
    rights::Rights found;
    for (const char* file : {"cluster/clusterrole.yaml", "leader-role.yaml"}) {
      std::ifstream stream(std::string(HEAT_OPERATOR_SOURCE_DIR) + "/manifests/access/" + file);
      std::ostringstream text;
      text << stream.rdbuf();
      const auto role = json::parse_yaml(text.str());
      EXPECT_TRUE(role) << file;
      if (role) rights::add(*role, found);
    }
    return found;
  }();
  return all;
}

const AuditLog& audit_log() {
  static const AuditLog log = [] {
    const char* path = std::getenv("HEAT_OPERATOR_TEST_AUDIT_LOG");
    if (path == nullptr) throw std::runtime_error("HEAT_OPERATOR_TEST_AUDIT_LOG is not set: hack/test.sh integration");
    return read_audit_log(path);
  }();
  return log;
}

std::set<std::string> flat(const rights::Rights& rights) {
  std::set<std::string> all;
  for (const auto& [resource, verbs] : rights) {
    for (const std::string& verb : verbs) all.insert(verb + " " + resource);
  }
  return all;
}

std::string without(std::set<std::string> all, const std::set<std::string>& less) {
  std::string rest;
  for (const std::string& one : all) {
    if (!less.contains(one)) rest += "\n  " + one;
  }
  return rest;
}

TEST(UsedRights, TheRunWasLongEnoughToTell) { EXPECT_GT(audit_log().requests, 1000u); }

TEST(UsedRights, NoneIsMissing) {
  EXPECT_EQ(without(flat(audit_log().used), flat(shipped())), "") << "used, but not shipped";
  // Some tests take rights away: what is shipped may have been refused, what is not may not even have been tried.
  EXPECT_EQ(without(flat(audit_log().refused), flat(shipped())), "") << "refused, and not shipped";
}

TEST(UsedRights, NoneIsGivenForNothing) {
  auto reasons = flat(audit_log().used);
  reasons.merge(flat(used_elsewhere(audit_log().used)));
  EXPECT_EQ(without(flat(shipped()), reasons), "") << "shipped, but never used by any integration test";
}

}  // namespace
}  // namespace used_rights
