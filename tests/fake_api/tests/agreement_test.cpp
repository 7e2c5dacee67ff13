// The fake answers as a real API server did (testdata/answers.json, recorded by record.sh from Kubernetes 1.37).
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

#include "fake_api/api.h"

namespace {

json::Value test_data(const std::string& name) {
  std::ifstream file(HEAT_OPERATOR_SOURCE_DIR "/tests/fake_api/tests/testdata/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str()).value();
}

std::string replaced(const std::string& text, const std::string& what, const std::string& by) {
  return std::regex_replace(text, std::regex(what), by);
}

// The entries in an order of their own, without what differs from run to run.
json::Value masked_managers(const json::Value& object) {
  const json::Value* found = json::find(object, "/metadata/managedFields");
  json::Value entries = found == nullptr ? json::Value::array() : *found;
  for (json::Value& entry : entries) {
    entry.erase("time");
    entry.erase("fieldsType");
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

json::Value conflicting_fields(const json::Value& status) {
  json::Value fields = json::Value::array();
  if (const json::Value* causes = json::find(status, "/details/causes")) {
    for (const json::Value& cause : *causes) fields.push_back(cause["field"]);
  }
  return fields;
}

class Agreement : public testing::Test {
 protected:
  Agreement() : api_(store_) {
    owner_ = api_.create({{"apiVersion", "v1"},
                          {"kind", "ConfigMap"},
                          {"metadata", {{"name", "owner"}, {"namespace", "playground"}}}})["metadata"]["uid"];
  }

  fake_api::Response send(const json::Value& step, const json::Value& body) {
    std::string target = "/" + replaced(step["target"], "NAMESPACE", "playground");
    target += "?fieldManager=" + step["manager"].get<std::string>();
    if (step.value("force", false)) target += "&force=true";
    const std::string type = step["verb"] == "merge" ? "application/merge-patch+json" : "application/apply-patch+yaml";
    return api_.handle(fake_api::parse_request("PATCH", target, type, replaced(body.dump(), "OWNER_UID", owner_)));
  }

  fake_api::Store store_;
  fake_api::Api api_;
  std::string owner_;
};

TEST_F(Agreement, EveryRecordedRequestIsAnsweredAlike) {
  const json::Value requests = test_data("requests.json");
  const json::Value answers = test_data("answers.json");
  ASSERT_EQ(requests.size(), answers.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const json::Value& step = requests[i];
    const json::Value& expected = answers[i];
    SCOPED_TRACE(step["name"]);
    ASSERT_EQ(step["name"], expected["name"]);
    const std::size_t from = step.value("repeat", i);
    const fake_api::Response response = send(step, requests[from]["body"]);
    const json::Value object = json::parse(replaced(response.body, owner_, "OWNER_UID")).value();
    EXPECT_EQ(response.status, expected["code"]) << response.body;
    EXPECT_EQ(json::string_at(object, "/reason"), json::string_at(expected, "/reason"));
    EXPECT_EQ(conflicting_fields(object), expected["causes"]);
    EXPECT_EQ(json::integer_at(object, "/metadata/generation"), json::integer_at(expected, "/generation"));
    json::Value managers = expected["managedFields"];
    std::sort(managers.begin(), managers.end());
    EXPECT_EQ(masked_managers(object), managers) << json::Value::diff(masked_managers(object), managers).dump(1);
  }
}

TEST_F(Agreement, AnApplyThatChangesNothingKeepsTheResourceVersion) {
  const json::Value step = test_data("requests.json")[0];
  const json::Value first = send(step, step["body"]).parsed();
  const json::Value second = send(step, step["body"]).parsed();
  EXPECT_EQ(first, second);
}

}  // namespace
