#include "heat_api.h"

namespace e2e {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

namespace {

// Whose stacks: the project that noauth gives a caller who names none.
constexpr const char* project = "/admin";

json::Value parsed(const Answer& answer) {
  json::Value value = json::Value::parse(answer.body, nullptr, false);
  return value.is_discarded() ? json::Value() : value;
}

}  // namespace

HeatApi::HeatApi(std::string orchestration, std::string cloudformation, std::string authority)
    : http_(HttpClient::Connections::kept, std::move(authority)),
      base_(std::move(orchestration) + project),
      cloudformation_(std::move(cloudformation)) {}

std::vector<Service> HeatApi::services() {
  std::vector<Service> found;
  const json::Value body = parsed(http_.get(base_ + "/services"));
  const json::Value* services = json::find(body, "/services");
  if (services == nullptr) return found;
  for (const json::Value& service : *services) {
    found.push_back({json::string_at(service, "/engine_id"), json::string_at(service, "/hostname"),
                     json::string_at(service, "/status")});
  }
  return found;
}

Answer HeatApi::create_stack(const std::string& name, const json::Value& template_body) {
  const json::Value request = {
      {"stack_name", name}, {"template", template_body}, {"timeout_mins", 30}, {"disable_rollback", true}};
  return http_.send("POST", base_ + "/stacks", request.dump());
}

json::Value HeatApi::stack(const std::string& name) {
  // By the list with a filter: the stack's own page is a redirect to its whole name first.
  const json::Value body = parsed(http_.get(base_ + "/stacks?name=" + http_.encoded(name)));
  const json::Value* list = json::find(body, "/stacks");
  return list == nullptr || list->empty() ? json::Value() : list->front();
}

std::string HeatApi::status_of(const std::string& name) {
  return json::string_at(stack(name), "/stack_status", "no stack of that name");
}

std::string HeatApi::reason_of(const std::string& name) { return json::string_at(stack(name), "/stack_status_reason"); }

AssertionResult HeatApi::completes(const std::string& name, integration::Duration within) {
  std::string status;
  const AssertionResult ended = integration::wait_until(
      [&]() -> AssertionResult {
        status = status_of(name);
        if (status.ends_with("_COMPLETE") || status.ends_with("_FAILED")) return AssertionSuccess();
        return AssertionFailure() << name << " is " << status;
      },
      within);
  if (!ended || status.ends_with("_COMPLETE")) return ended;
  return AssertionFailure() << name << " is " << status << ": " << reason_of(name);
}

Answer HeatApi::cloudformation(const std::string& action, const std::string& parameters) {
  return http_.post_form(cloudformation_ + "/",
                         "Action=" + action + "&Version=2010-05-15" + (parameters.empty() ? "" : "&" + parameters));
}

Answer HeatApi::create_stack_by_cloudformation(const std::string& name, const json::Value& template_body) {
  return cloudformation("CreateStack",
                        "StackName=" + http_.encoded(name) + "&TemplateBody=" + http_.encoded(template_body.dump()));
}

json::Value waiting_stack(int count, int seconds) {
  json::Value resources = json::Value::object();
  for (int i = 0; i < count; ++i) {
    resources["wait" + std::to_string(i)] = {
        {"type", "OS::Heat::TestResource"},
        {"properties", {{"value", std::to_string(i)}, {"action_wait_secs", {{"create", seconds}}}}}};
  }
  return {{"heat_template_version", "2018-08-31"}, {"resources", resources}};
}

json::Value small_stack() {
  return {{"heat_template_version", "2018-08-31"},
          {"resources", {{"secret", {{"type", "OS::Heat::RandomString"}}}, {"nothing", {{"type", "OS::Heat::None"}}}}},
          {"outputs", {{"drawn", {{"value", {{"get_attr", {"secret", "value"}}}}}}}}};
}

}  // namespace e2e
