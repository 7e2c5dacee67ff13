#include "api_reader.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "wait_until.h"

namespace integration {
namespace {

struct Resource {
  std::vector<std::string> names;
  std::string api;
  bool namespaced = true;
};

// What tests ask for. A name means here what it means to kubectl.
const std::vector<Resource>& resources() {
  static const std::vector<Resource> all = {
      {{"configmaps", "configmap"}, "/api/v1"},
      {{"persistentvolumeclaims", "persistentvolumeclaim"}, "/api/v1"},
      {{"persistentvolumes", "persistentvolume"}, "/api/v1", false},
      {{"pods", "pod"}, "/api/v1"},
      {{"resourcequotas", "resourcequota", "quota"}, "/api/v1"},
      {{"secrets", "secret"}, "/api/v1"},
      {{"serviceaccounts", "serviceaccount"}, "/api/v1"},
      {{"services", "service"}, "/api/v1"},
      {{"customresourcedefinitions", "customresourcedefinition", "crd"}, "/apis/apiextensions.k8s.io/v1", false},
      {{"deployments", "deployment"}, "/apis/apps/v1"},
      {{"statefulsets", "statefulset"}, "/apis/apps/v1"},
      {{"cronjobs", "cronjob"}, "/apis/batch/v1"},
      {{"jobs", "job"}, "/apis/batch/v1"},
      {{"leases", "lease"}, "/apis/coordination.k8s.io/v1"},
      {{"events.events.k8s.io"}, "/apis/events.k8s.io/v1"},
      {{"heatclusters", "heatcluster", "hc"}, "/apis/heat.openstack.org/v1alpha1"},
      {{"networkpolicies", "networkpolicy"}, "/apis/networking.k8s.io/v1"},
      {{"poddisruptionbudgets", "poddisruptionbudget"}, "/apis/policy/v1"},
      {{"clusterroles", "clusterrole"}, "/apis/rbac.authorization.k8s.io/v1", false},
      {{"roles", "role"}, "/apis/rbac.authorization.k8s.io/v1"},
  };
  return all;
}

// A kind is its type's singular, in capitals or not.
std::string path_of(const std::string& type, const std::string& name_space) {
  std::string wanted = type;
  std::transform(wanted.begin(), wanted.end(), wanted.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const Resource& resource : resources()) {
    if (std::find(resource.names.begin(), resource.names.end(), wanted) == resource.names.end()) continue;
    const std::string& plural = resource.names.front();  // with its group where another has it too
    return resource.api + (resource.namespaced ? "/namespaces/" + name_space : "") + "/" +
           plural.substr(0, plural.find('.'));
  }
  throw std::runtime_error("tests/integration/api_reader.cpp does not know the type " + type);
}

json::Value parsed(const std::string& path, const Answer& answer) {
  auto value = json::parse(answer.body);
  if (!answer.ok() || !value) throw std::runtime_error("GET " + path + ": " + answer.text());
  return std::move(*value);
}

// 404 is also the answer where the type is not served.
bool is_absent(const Answer& answer, const std::string& name) {
  if (answer.status != 404) return false;
  const auto status = json::parse(answer.body);
  return status && json::string_at(*status, "/details/name") == name;
}

}  // namespace

ApiReader::ApiReader(const Access& access)
    : server_(access.server), client_(HttpClient::Connections::kept, access.authority, access.credentials) {}

// "Too many requests" is what the API server answers also while it gets to know a CRD anew: kubectl asks again, too.
Answer ApiReader::get(const std::string& path) {
  Answer answer;
  wait_until([&] {
    const std::lock_guard lock(mutex_);
    answer = client_.get(server_ + path);
    return answer.status != 429;
  });
  return answer;
}

std::string ApiReader::query(const std::string& selector) {
  const std::lock_guard lock(mutex_);
  return selector.empty() ? "" : "?labelSelector=" + client_.encoded(selector);
}

std::optional<json::Value> ApiReader::find(const std::string& type, const std::string& name_space,
                                           const std::string& name) {
  const std::string path = path_of(type, name_space) + "/" + name;
  const Answer answer = get(path);
  if (is_absent(answer, name)) return std::nullopt;
  return parsed(path, answer);
}

// Items of the API server's own types do not say what they are: their list does.
std::vector<json::Value> ApiReader::list_one(const std::string& type, const std::string& name_space,
                                             const std::string& query) {
  const std::string path = path_of(type, name_space) + query;
  json::Value answer = parsed(path, get(path));
  const std::string list_kind = json::string_at(answer, "/kind");
  std::vector<json::Value> items;
  for (json::Value& item : answer.at("items")) {
    item["apiVersion"] = answer.at("apiVersion");
    item["kind"] = list_kind.substr(0, list_kind.rfind("List"));
    items.push_back(std::move(item));
  }
  return items;
}

std::vector<json::Value> ApiReader::list(const std::string& types, const std::string& name_space,
                                         const std::string& selector) {
  const std::string selected = query(selector);
  std::vector<json::Value> all;
  std::istringstream each(types);
  for (std::string type; std::getline(each, type, ',');) {
    for (json::Value& item : list_one(type, name_space, selected)) all.push_back(std::move(item));
  }
  return all;
}

std::vector<std::vector<std::string>> ApiReader::known_types() {
  std::vector<std::vector<std::string>> all;
  for (const Resource& resource : resources()) all.push_back(resource.names);
  return all;
}

}  // namespace integration
