#include <gtest/gtest.h>

#include "json/json.h"
#include "kube/request.h"

namespace kube {
namespace {

TEST(Request, PutsCoreKindsUnderApi) {
  EXPECT_EQ(collection_path(types::config_map, "ns"), "/api/v1/namespaces/ns/configmaps");
}

TEST(Request, PutsGroupsUnderApis) {
  EXPECT_EQ(object_path(types::stateful_set, {"ns", "heat-engine"}),
            "/apis/apps/v1/namespaces/ns/statefulsets/heat-engine");
}

TEST(Request, LeavesTheNamespaceOutForAllOfThem) { EXPECT_EQ(collection_path(types::secret, ""), "/api/v1/secrets"); }

TEST(Request, NamesASubresource) {
  EXPECT_EQ(object_path(types::job, {"ns", "sync"}, "status"), "/apis/batch/v1/namespaces/ns/jobs/sync/status");
}

TEST(Request, EscapesNames) {
  EXPECT_EQ(object_path(types::secret, {"a/b", "c?d"}), "/api/v1/namespaces/a%2Fb/secrets/c%3Fd");
}

TEST(Request, ListsWithoutOptions) {
  EXPECT_EQ(list_target(types::service, "ns", {}), "/api/v1/namespaces/ns/services");
}

TEST(Request, ListsWithOptions) {
  const ListOptions options{"a=b,c in (d)", "0", "NotOlderThan", 500, "token=="};
  EXPECT_EQ(list_target(types::service, "ns", options),
            "/api/v1/namespaces/ns/services?labelSelector=a%3Db%2Cc%20in%20%28d%29&resourceVersion=0"
            "&resourceVersionMatch=NotOlderThan&limit=500&continue=token%3D%3D");
}

TEST(Request, WatchesWithBookmarksAndATimeout) {
  WatchOptions options;
  options.resource_version = "12";
  EXPECT_EQ(watch_target(types::service, "ns", options),
            "/api/v1/namespaces/ns/services?watch=1&allowWatchBookmarks=true&resourceVersion=12&timeoutSeconds=300");
}

TEST(Request, WatchesWithInitialEvents) {
  WatchOptions options;
  options.send_initial_events = true;
  options.timeout = std::chrono::seconds(10);
  EXPECT_EQ(watch_target(types::service, "", options),
            "/api/v1/services?watch=1&allowWatchBookmarks=true&sendInitialEvents=true"
            "&resourceVersionMatch=NotOlderThan&timeoutSeconds=10");
}

TEST(Request, AppliesAsOurFieldManager) {
  EXPECT_EQ(apply_target(types::config_map, {"ns", "a"}, {}),
            "/api/v1/namespaces/ns/configmaps/a?fieldManager=heat-operator&force=true&fieldValidation=Strict");
}

TEST(Request, AppliesToASubresourceWithoutForce) {
  EXPECT_EQ(apply_target(types::config_map, {"ns", "a"}, {"status", false}),
            "/api/v1/namespaces/ns/configmaps/a/status?fieldManager=heat-operator&fieldValidation=Strict");
}

TEST(Request, DeletesInTheBackgroundWithPreconditions) {
  EXPECT_EQ(*json::parse(delete_options({"u-1", "77"})),
            json::Value::parse(R"({"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background",
                                   "preconditions":{"uid":"u-1","resourceVersion":"77"}})"));
}

TEST(Request, LeavesOutPreconditionsThatAreNotGiven) {
  EXPECT_FALSE(json::parse(delete_options({"", ""}))->contains("preconditions"));
  EXPECT_FALSE((*json::parse(delete_options({"u-1", ""})))["preconditions"].contains("resourceVersion"));
}

}  // namespace
}  // namespace kube
