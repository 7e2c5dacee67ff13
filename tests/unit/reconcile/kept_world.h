// A HeatCluster of two engines in a world that keeps what is applied and answers as an API server does. For one test on
// one thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "heat/names.h"
#include "kube/decode.h"
#include "reconcile/reconciler.h"
#include "scripted_world.h"

struct KeptWorld : ScriptedWorld {
  KeptWorld() {
    api.transport->answer = [this](const http::Request& request) { return answer(request); };
    const auto secret = [this](const char* name, const json::Value& values) {
      json::Value data;
      for (const auto& [key, value] : values.items()) data[key] = base::base64_encode(value.get<std::string>());
      keep("secrets", {{"apiVersion", "v1"},
                       {"kind", "Secret"},
                       {"metadata", {{"name", name}, {"namespace", "ns"}}},
                       {"data", data}});
    };
    secret("db", {{"connection", "mysql://u:p@h/d"}});
    secret("mq", {{"username", "u"}, {"password", "p"}});
    const json::Value hosts = json::Value::array({{{"host", "rabbit"}}});
    keep("heatclusters", {{"apiVersion", "heat.openstack.org/v1alpha1"},
                          {"kind", "HeatCluster"},
                          {"metadata", {{"name", "heat"}, {"namespace", "ns"}, {"generation", 1}}},
                          {"spec",
                           {{"images", {{"heat", {{"image", "heat:1"}}}}},
                            {"engine", {{"replicas", 2}}},
                            {"proxy", {{"replicas", 0}}},
                            {"api", {{"replicas", 0}}},
                            {"cfn", {{"replicas", 0}}},
                            {"database", {{"secretName", "db"}}},
                            {"broker", {{"external", {{"hosts", hosts}, {"credentialsSecret", {{"name", "mq"}}}}}}},
                            {"identity", {{"noauth", json::Value::object()}}}}}});
  }

  // One pass, a poll after the one before; what it asked for.
  std::vector<std::string> pass() {
    api.clock.advance(settings.secret_poll_interval);
    return pass_at_once();
  }
  std::vector<std::string> pass_at_once(std::size_t others_wait = 0) {
    api.transport->asked.clear();
    outcome = reconciler.reconcile({"ns", "heat"}, others_wait, {});
    std::vector<std::string> asked;
    for (const http::Request& request : api.transport->asked) {
      asked.push_back(request.method + " " + request.target.substr(0, request.target.find('?')));
    }
    return asked;
  }

  // Passes until the status says Ready; between them pods do what is wanted of them.
  void bring_up() {
    for (int i = 0; i < 10 && condition("Ready") != "True"; ++i) {
      (void)pass();
      play();
    }
  }
  void play() {
    const std::map<std::string, json::Value> were = objects;
    for (const auto& [path, object] : were) play(path.substr(0, path.find('/')), object);
  }

  void play(const std::string& plural, json::Value object) {
    json::Value& status = object["status"];
    if (plural == "jobs") {
      status["conditions"] = json::Value::array({{{"type", "Complete"}, {"status", "True"}}});
    } else if (plural == "statefulsets" || plural == "deployments") {
      status["observedGeneration"] = 1;
      for (const char* count : {"replicas", "readyReplicas", "updatedReplicas", "availableReplicas"}) {
        status[count] = object.at("spec").at("replicas");
      }
    } else {
      return;
    }
    if (objects.at(plural + "/" + object.at("metadata").at("name").get<std::string>()) != object) keep(plural, object);
  }

  std::string condition(const char* type) const {
    return condition_of(objects.at("heatclusters/heat").value("status", json::Value::object()), type);
  }
  static std::string condition_of(const json::Value& status, const char* type) {
    for (const json::Value& each : status.value("conditions", json::Value::array())) {
      if (each.at("type") == type) return each.at("status");
    }
    return "";
  }

  json::Value keep(const std::string& plural, json::Value object) {
    const std::string name = object.at("metadata").at("name");
    object["metadata"]["uid"] = plural + "-" + name;
    object["metadata"]["resourceVersion"] = std::to_string(++version);
    objects[plural + "/" + name] = object;
    for (const heat::WatchedKind& kind : heat::watched_kinds()) {
      if (kind.type->plural != plural) continue;
      kube::Store& store = *kind.type == heat::heat_cluster ? clusters : stores.at(kind.type->plural);
      store.wrote(kube::decode_object(object.dump(), *kind.type, kind.projection).value());
    }
    return object;
  }

  // What is owned by who applies this body, lists as a whole.
  static json::Value owned(json::Value body) {
    for (const char* identity : {"apiVersion", "kind"}) body.erase(identity);
    for (const char* identity : {"name", "namespace"}) body["metadata"].erase(identity);
    return fields_of(body);
  }
  static json::Value fields_of(const json::Value& value) {
    json::Value fields = json::Value::object();
    if (!value.is_object()) return fields;
    for (const auto& [key, below] : value.items()) fields["f:" + key] = fields_of(below);
    return fields;
  }

  http::Response answer(const http::Request& request) {
    std::string path = request.target.substr(0, request.target.find('?'));
    const bool of_status = path.ends_with("/status");
    if (of_status) path.resize(path.size() - 7);
    const std::size_t slash = path.rfind('/');
    const std::string name = path.substr(slash + 1);
    const std::string plural = path.substr(path.rfind('/', slash - 1) + 1, slash - path.rfind('/', slash - 1) - 1);
    const auto found = objects.find(plural + "/" + name);
    if (request.method == "POST") {
      const json::Value body = json::Value::parse(request.body);
      return {201, {}, keep(name, body).dump()};
    }
    if (request.method == "PATCH") {
      const json::Value body = json::Value::parse(request.body);
      if (of_status && before_ready && condition_of(body.at("status"), "Ready") == "True") {
        std::exchange(before_ready, {})();
      }
      json::Value object = found == objects.end() ? json::Value::object() : found->second;
      object.merge_patch(body);
      if (of_status && std::exchange(loses_answer, false)) {
        objects[plural + "/" + name] = object;
        return {500, {}, "{}"};
      }
      if (!of_status) {
        object["metadata"]["generation"] = 1;
        object["metadata"]["managedFields"] = json::Value::array({{{"manager", "heat-operator"},
                                                                   {"operation", "Apply"},
                                                                   {"fieldsType", "FieldsV1"},
                                                                   {"fieldsV1", owned(body)}}});
      }
      return {200, {}, keep(plural, object).dump()};
    }
    if (found == objects.end()) {
      return {404, {}, R"({"kind":"Status","reason":"NotFound","message":"not found","code":404})"};
    }
    return {200, {}, found->second.dump()};
  }

  const reconcile::Reconciler::Settings settings{};
  const reconcile::Reconciler reconciler{world(), settings};
  runtime::Outcome outcome;                    // of the last pass
  std::map<std::string, json::Value> objects;  // by plural and name
  std::function<void()> before_ready;          // of the status that says so
  bool loses_answer = false;                   // to the next write of the status, which is done
  int version = 0;
};
