// Somebody else changes what the operator made.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class DriftTest : public OperatorTest {
 protected:
  // Deletes the one child of that kind whose name begins so, and waits for another of the same name.
  void expect_recreated(const std::string& type, const std::string& prefix, Duration within = patience) {
    std::string name;
    std::string uid;
    for (const json::Value& object : kubectl().list(type)) {
      if (name_of(object).rfind(prefix, 0) != 0) continue;
      name = name_of(object);
      uid = uid_of(object);
    }
    ASSERT_FALSE(name.empty()) << "no " << type << " " << prefix;
    kubectl().succeed({"delete", type, name});
    EXPECT_TRUE(wait_until(
        [&]() -> AssertionResult {
          const auto now = kubectl().find(type, name);
          if (now && uid_of(*now) != uid && json::find(*now, "/metadata/deletionTimestamp") == nullptr) {
            return AssertionSuccess();
          }
          return AssertionFailure() << type << " " << name << " was not made again";
        },
        within));
    EXPECT_TRUE(becomes_ready());
  }

  AssertionResult engine_becomes(const std::string& pointer, const std::string& wanted) {
    return wait_until([&]() -> AssertionResult {
      const std::string now = text_at(kubectl().get("statefulset", engine), pointer);
      if (now == wanted) return AssertionSuccess();
      return AssertionFailure() << pointer << " is \"" << now << '"';
    });
  }
};

TEST_F(DriftTest, ADeletedStatefulSetComesBack) {
  bring_up();
  expect_recreated("statefulset", engine);
}

TEST_F(DriftTest, ADeletedServiceComesBack) {
  bring_up();
  expect_recreated("service", engine);
}

TEST_F(DriftTest, ADeletedServiceAccountComesBack) {
  bring_up();
  expect_recreated("serviceaccount", "heat-heat");
}

TEST_F(DriftTest, ADeletedConfigMapComesBack) {
  bring_up();
  expect_recreated("configmap", "heat-engine-");
}

TEST_F(DriftTest, ADeletedDatabaseJobComesBackAndEnginesStay) {
  bring_up();
  const auto pods = uids(engine_pods());
  expect_recreated("job", "heat-db-sync-");
  EXPECT_EQ(uids(engine_pods()), pods);
}

// Nobody may watch Secrets: this one is found by the poll.
TEST_F(DriftTest, ADeletedCredentialsSecretComesBack) {
  bring_up();
  expect_recreated("secret", "heat-credentials", 2 * patience);
}

TEST_F(DriftTest, AForeignReplicaCountIsTakenBack) {
  bring_up();
  kubectl().succeed({"scale", "statefulset", engine, "--replicas=1"});
  EXPECT_TRUE(engine_becomes("/spec/replicas", "2"));
}

TEST_F(DriftTest, AForeignImageIsTakenBack) {
  bring_up();
  kubectl().succeed({"set", "image", "statefulset/" + engine, "*=somewhere.example/else"});
  EXPECT_TRUE(engine_becomes("/spec/template/spec/containers/0/image", "localhost/heat:2025.1"));
}

TEST_F(DriftTest, AFieldTakenByForceIsTakenBack) {
  bring_up();
  kubectl().succeed({"apply", "--server-side", "--force-conflicts", "--field-manager=somebody", "--filename", "-"},
                    json::Value{{"apiVersion", "apps/v1"},
                                {"kind", "StatefulSet"},
                                {"metadata", {{"name", engine}}},
                                {"spec", {{"replicas", 1}}}}
                        .dump());
  EXPECT_TRUE(engine_becomes("/spec/replicas", "2"));
}

TEST_F(DriftTest, ARemovedLabelIsPutBack) {
  bring_up();
  kubectl().succeed({"label", "service", engine, "app.kubernetes.io/part-of-"});
  EXPECT_TRUE(wait_until([&] {
    return text_at(kubectl().get("service", engine), "/metadata/labels/app.kubernetes.io~1part-of") == "openstack";
  }));
}

TEST_F(DriftTest, ARemovedOwnerIsPutBack) {
  const json::Value cluster = bring_up();
  kubectl().patch("service", engine, {{"metadata", {{"ownerReferences", nullptr}}}});
  EXPECT_TRUE(wait_until(
      [&] { return text_at(kubectl().get("service", engine), "/metadata/ownerReferences/0/uid") == uid_of(cluster); }));
}

TEST_F(DriftTest, ForeignLabelsAndAnnotationsStay) {
  bring_up();
  kubectl().succeed({"label", "statefulset", engine, "team=blue"});
  kubectl().succeed({"annotate", "statefulset", engine, "note.example/why=because"});
  patch_spec({{"engine", {{"workers", 3}}}});
  ASSERT_TRUE(becomes_ready());
  const json::Value set = kubectl().get("statefulset", engine);
  EXPECT_EQ(json::string_at(set, "/metadata/labels/team"), "blue");
  EXPECT_EQ(text_at(set, "/metadata/annotations/note.example~1why"), "because");
}

TEST_F(DriftTest, ForeignAdditionsCauseNoWrite) {
  bring_up();
  ASSERT_TRUE(falls_silent());
  const double writes = heat_operator().writes();
  kubectl().succeed({"label", "statefulset", engine, "team=blue"});
  ASSERT_TRUE(heat_operator().does_passes(2));
  EXPECT_EQ(heat_operator().writes(), writes);
}

TEST_F(DriftTest, DriftWhileTheOperatorIsAwayIsFoundAtItsReturn) {
  bring_up();
  stop_operator();
  kubectl().succeed({"scale", "statefulset", engine, "--replicas=1"});
  kubectl().succeed({"delete", "service", engine});
  restart_operator();
  EXPECT_TRUE(engine_becomes("/spec/replicas", "2"));
  EXPECT_TRUE(wait_until([&] { return kubectl().find("service", engine).has_value(); }));
}

}  // namespace
}  // namespace integration
