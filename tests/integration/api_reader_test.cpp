// What tests read without kubectl is what it shows.
#include "api_reader.h"

#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class ApiReaderTest : public NamespaceTest {
 protected:
  // Objects of several types, some of which others keep writing.
  void make_objects() {
    kubectl().apply(sample());
    kubectl().succeed({"create", "deployment", "some", "--image=localhost/some"});
    kubectl().succeed({"create", "job", "some", "--image=localhost/some"});
    kubectl().succeed({"create", "service", "clusterip", "some", "--tcp=80"});
  }

  Objects shown(const std::string& types, const std::string& selector) const {
    const std::string text =
        kubectl().succeed({"get", types, "--output", "json", "--show-managed-fields", "--selector", selector});
    return json::parse(text).value_or(json::Value()).at("items").get<Objects>();
  }

  // Between two looks a status may change.
  AssertionResult reads_what_is_shown(const std::string& types, const std::string& selector = "") const {
    return wait_until([&]() -> AssertionResult {
      const json::Value read = kubectl().list(types, selector);
      const json::Value expected = shown(types, selector);
      if (read == expected) return AssertionSuccess();
      return AssertionFailure() << json::Value::diff(expected, read).dump(1);
    });
  }
};

TEST_F(ApiReaderTest, ReadsWhatKubectlShows) {
  make_objects();
  EXPECT_TRUE(reads_what_is_shown("hc,secrets,Deployment,pods,job,services"));
  const std::string selector = "app in (some, other),!job-name";
  EXPECT_TRUE(reads_what_is_shown("deployments,pods,jobs,secrets", selector));
  EXPECT_FALSE(shown("deployments,pods,jobs,secrets", selector).empty());
  const auto secret = kubectl().find("secret", "heat-db");
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->dump(),
            json::parse(kubectl().succeed({"get", "secret", "heat-db", "--output", "json", "--show-managed-fields"}))
                .value_or(json::Value())
                .dump());
}

// All plurals in one question, then all singulars, then what is shorter: the order of the answers tells which is which.
TEST_F(ApiReaderTest, AnyNameOfATypeMeansWhatItMeansToKubectl) {
  make_objects();
  for (const std::size_t which : {0, 1, 2}) {
    std::string types;
    for (const std::vector<std::string>& names : ApiReader::known_types()) {
      if (which < names.size()) types += (types.empty() ? "" : ",") + names[which];
    }
    EXPECT_TRUE(reads_what_is_shown(types)) << types;
  }
}

TEST_F(ApiReaderTest, WhatIsNotThereIsNotFound) {
  EXPECT_FALSE(kubectl().find("statefulset", engine));
  EXPECT_FALSE(kubectl().in("no-such-namespace").find("secret", "heat-db"));
  EXPECT_THROW(kubectl().get("secret", "heat-db"), std::runtime_error);
  EXPECT_TRUE(kubectl().list("statefulsets,jobs").empty());
}

// By a token, where the admin has a certificate.
TEST_F(ApiReaderTest, AnotherUserReadsByTheirOwnRights) {
  const std::string& own = kubectl().namespace_name();
  kubectl().succeed({"create", "serviceaccount", "reader"});
  kubectl().succeed({"create", "role", "reader", "--verb=get", "--resource=serviceaccounts"});
  kubectl().succeed({"create", "rolebinding", "reader", "--role=reader", "--serviceaccount=" + own + ":reader"});
  const Kubectl reader(kubectl().command({}).front(), plane().kubeconfig_of(own, "reader"), own);
  // A Role that has just been made may not be known yet.
  EXPECT_TRUE(wait_until([&]() -> AssertionResult {
    try {
      return reader.find("serviceaccount", "reader") ? AssertionSuccess() : AssertionFailure();
    } catch (const std::runtime_error& refused) {
      return AssertionFailure() << refused.what();
    }
  }));
  try {
    reader.list("secrets");
    ADD_FAILURE() << "it may not list Secrets";
  } catch (const std::runtime_error& refused) {
    EXPECT_TRUE(contains(refused.what(), {"403", "system:serviceaccount:" + own + ":reader", "cannot list"}));
  }
}

}  // namespace
}  // namespace integration
