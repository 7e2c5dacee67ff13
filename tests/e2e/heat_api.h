// Heat's REST and CloudFormation APIs, as a caller without Keystone (identity noauth) uses them.
#pragma once

#include <string>
#include <vector>

#include "http_client.h"
#include "json/json.h"
#include "wait_until.h"

namespace e2e {

using integration::Answer;
using integration::HttpClient;

struct Service {
  std::string engine_id;
  std::string hostname;  // of the pod
  std::string status;    // up or down
};

struct StackEvent {
  std::string resource;
  std::string status;
};

// For one thread at a time.
class HeatApi {
 public:
  // As HeatCluster's status.endpoints names them, with addresses in place of names.
  // `authority`: as HttpClient's.
  HeatApi(std::string orchestration, std::string cloudformation, std::string authority = "");

  std::vector<Service> services();

  // Returns at once; an error says Heat's answer.
  Answer create_stack(const std::string& name, const json::Value& template_body);
  // "CREATE_COMPLETE" and the like; what went wrong where there is no such stack.
  std::string status_of(const std::string& name);
  std::string reason_of(const std::string& name);
  // Waits until it says COMPLETE or FAILED: holds where it is COMPLETE.
  testing::AssertionResult completes(const std::string& name, integration::Duration within);
  // A call of CloudFormation's API: Action=…, and parameters that are encoded already.
  Answer cloudformation(const std::string& action, const std::string& parameters = "");
  // One whose body is large.
  Answer create_stack_by_cloudformation(const std::string& name, const json::Value& template_body);

  // For a load: answered by an engine, through proxy, API and broker; what they cost does not grow with the stacks that
  // are there.
  std::string one_stack_url() const { return base_ + "/stacks?limit=1"; }
  std::string cloudformation_url(const std::string& stack) const {
    return cloudformation_ + "/?Action=DescribeStacks&Version=2010-05-15&StackName=" + stack;
  }

 private:
  // As the list shows it; null where there is none. What it costs does not grow with the stacks that are there.
  json::Value stack(const std::string& name);

  HttpClient http_;
  std::string base_;  // with the project
  std::string cloudformation_;
};

// Templates of resources that need no cloud.
// `count` resources that do nothing for `seconds` each, independent of one another.
json::Value waiting_stack(int count, int seconds);
// A random string and an output.
json::Value small_stack();

}  // namespace e2e
