// Somebody else has an object of a name that a child would have. It is theirs and stays theirs.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class ForeignObjectsTest : public OperatorTest {
 protected:
  // The object once its own controller, where it has one, has noted in its status that it saw it.
  json::Value settled(const std::string& kind, const std::string& name) {
    if (kind == "StatefulSet") {
      kubectl().succeed({"wait", "--for=jsonpath={.status.observedGeneration}=1", kind, name, "--timeout=30s"});
    }
    return kubectl().get(kind, name);
  }

  // The HeatCluster says what is in the way and what to do, the object stays exactly as it was, and its removal heals.
  void expect_left_alone(const json::Value& object) {
    const std::string kind = object.at("kind").get<std::string>();
    kubectl().apply(object);
    const json::Value before = settled(kind, name_of(object));
    kubectl().apply(sample());
    EXPECT_TRUE(condition_becomes("Stalled", "True", {kind + " " + name_of(object), "exists already", "delete it"}));
    EXPECT_EQ(condition("Ready").status, "False");
    const json::Value now = kubectl().get(kind, name_of(object));
    EXPECT_TRUE(now == before) << kind << " " << name_of(object)
                               << " was changed: " << json::Value::diff(before, now).dump();

    kubectl().succeed({"delete", kind, name_of(object)});
    EXPECT_TRUE(becomes_ready("heat", 2 * patience));
  }
};

json::Value foreign(const char* version, const char* kind, const std::string& name, const json::Value& content) {
  json::Value object = {{"apiVersion", version}, {"kind", kind}, {"metadata", {{"name", name}}}};
  object.merge_patch(content);
  return object;
}

TEST_F(ForeignObjectsTest, AService) {
  expect_left_alone(
      foreign("v1", "Service", engine, {{"spec", {{"selector", {{"app", "theirs"}}}, {"ports", {{{"port", 80}}}}}}}));
}

TEST_F(ForeignObjectsTest, AServiceAccount) {
  expect_left_alone(foreign("v1", "ServiceAccount", "heat-heat", json::Value::object()));
}

TEST_F(ForeignObjectsTest, ASecret) {
  expect_left_alone(foreign("v1", "Secret", "heat-credentials", {{"stringData", {{"theirs", "kept"}}}}));
}

TEST_F(ForeignObjectsTest, AStatefulSet) {
  expect_left_alone(
      foreign("apps/v1", "StatefulSet", engine,
              {{"spec",
                {{"replicas", 0},
                 {"serviceName", "theirs"},
                 {"selector", {{"matchLabels", {{"app", "theirs"}}}}},
                 {"template",
                  {{"metadata", {{"labels", {{"app", "theirs"}}}}},
                   {"spec", {{"containers", {{{"name", "theirs"}, {"image", "localhost/theirs"}}}}}}}}}}}));
}

TEST_F(ForeignObjectsTest, AnObjectOfAnotherController) {
  const json::Value owner = {{"apiVersion", "v1"},
                             {"kind", "ConfigMap"},
                             {"name", "kube-root-ca.crt"},
                             {"uid", uid_of(kubectl().get("configmap", "kube-root-ca.crt"))},
                             {"controller", true}};
  expect_left_alone(foreign(
      "v1", "Service", engine,
      {{"metadata", {{"ownerReferences", {owner}}, {"labels", {{"app.kubernetes.io/managed-by", "heat-operator"}}}}},
       {"spec", {{"clusterIP", "None"}, {"ports", {{{"port", 80}}}}}}}));
}

}  // namespace
}  // namespace integration
