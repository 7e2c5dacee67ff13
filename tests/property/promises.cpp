#include "property/promises.h"

#include <algorithm>
#include <set>

#include "property/world.h"

namespace property {
namespace {

using fake_api::Change;
using fake_api::Key;
using fake_api::ObjectPtr;
using fake_api::Version;
using Type = fake_api::Change::Type;

const Key key_secret{"secrets", world_namespace, "heat-encryption-key"};
const Key engines{"statefulsets", world_namespace, "heat-engine"};
const Key credentials{"secrets", world_namespace, "heat-credentials"};

bool is_made_by_us(const json::Value& object) {
  return fake_api::matches_labels("app.kubernetes.io/managed-by=heat-operator", object);
}

std::string controller_of(const json::Value& object) {
  const json::Value* owners = json::find(object, "/metadata/ownerReferences");
  if (owners == nullptr || !owners->is_array()) return {};
  for (const json::Value& owner : *owners) {
    if (owner.value("controller", false)) return owner.value("uid", "");
  }
  return {};
}

std::string uid_of(const json::Value& object) { return json::string_at(object, "/metadata/uid"); }

bool has_condition(const json::Value& object, const char* type) {
  const json::Value* conditions = json::find(object, "/status/conditions");
  if (conditions == nullptr || !conditions->is_array()) return false;
  for (const json::Value& condition : *conditions) {
    if (condition.value("type", "") == type) return condition.value("status", "") == "True";
  }
  return false;
}

std::string image_of(const json::Value& workload) {
  const json::Value* containers = json::find(workload, "/spec/template/spec/containers");
  return containers == nullptr || containers->empty() ? std::string() : json::string_at(containers->front(), "/image");
}

std::string template_of(const json::Value& workload) {
  const json::Value* pod = json::find(workload, "/spec/template");
  return pod == nullptr ? std::string() : pod->dump();
}

std::string release_of(const json::Value& workload) {
  const json::Value* annotations = json::find(workload, "/spec/template/metadata/annotations");
  return annotations == nullptr ? std::string() : annotations->value("heat.openstack.org/release", "");
}

// Which login its pods were made with.
std::string credentials_of(const json::Value& workload) {
  const json::Value* annotations = json::find(workload, "/spec/template/metadata/annotations");
  return annotations == nullptr ? std::string() : annotations->value("heat.openstack.org/credentials", "");
}

std::string broker_user_of(const json::Value& secret) { return json::string_at(secret, "/data/broker-username"); }

std::string component_of(const json::Value& object) {
  const json::Value* labels = json::find(object, "/metadata/labels");
  return labels == nullptr ? std::string() : labels->value("app.kubernetes.io/component", "");
}

// It has no pod, and its controller knows that it shall have none.
bool has_no_pods(const json::Value& workload) {
  return json::integer_at(workload, "/spec/replicas") == 0 && json::integer_at(workload, "/status/replicas") == 0 &&
         json::integer_at(workload, "/status/observedGeneration") == json::integer_at(workload, "/metadata/generation");
}

// As many pods as it asks for are ready.
bool serves(const json::Value& workload) {
  return json::integer_at(workload, "/status/readyReplicas") >= json::integer_at(workload, "/spec/replicas");
}

// Each of its pods runs its template.
bool settled(const json::Value& workload) {
  const std::int64_t wanted = json::integer_at(workload, "/spec/replicas");
  return json::integer_at(workload, "/status/observedGeneration") ==
             json::integer_at(workload, "/metadata/generation") &&
         json::integer_at(workload, "/status/replicas") == wanted &&
         json::integer_at(workload, "/status/updatedReplicas") == wanted &&
         json::string_at(workload, "/status/currentRevision") == json::string_at(workload, "/status/updateRevision");
}

class Judge {
 public:
  Judge(const History& history, const std::vector<fake_api::LoggedWrite>& writes)
      : history_(history), writes_(writes) {}

  std::vector<std::string> judge() {
    for (const Change& change : history_.changes()) {
      owned(change);
      theirs_stays_theirs(change);
      one_key(change);
      if (change.key.plural == "heatclusters") {
        generation_was_there(change);
        ready_was_true(change);
      }
      in_its_turn(change);
      one_release(change);
      config_map_was_unread(change);
    }
    for (const fake_api::LoggedWrite& write : writes_) within_its_rights(write);
    return std::move(broken_);
  }

 private:
  void broken(const std::string& promise, const Change& change) {
    broken_.push_back("promise: " + promise + " (" + change.key.text() + " at " + std::to_string(change.version) + ")");
  }

  void owned(const Change& change) {
    if (change.type != Type::added || change.key == key_secret || !is_made_by_us(*change.object)) return;
    const std::string owner = controller_of(*change.object);
    const bool known = !owner.empty() && history_.any_was("heatclusters", change.version, [&](const auto& cluster) {
      return uid_of(cluster) == owner;
    });
    if (!known) broken("what is made has a HeatCluster as its controller", change);
  }

  void theirs_stays_theirs(const Change& change) {
    if (change.type != Type::modified || change.key.plural == "heatclusters") return;
    const std::string before = controller_of(*change.before);
    const std::string after = controller_of(*change.object);
    if (before != after && !after.empty() && !is_made_by_us(*change.before)) {
      broken("nothing of somebody else's is taken over", change);
    }
    if (before != after && !before.empty() && !after.empty()) broken("a controller stays the same", change);
  }

  void one_key(const Change& change) {
    if (change.key != key_secret || change.type == Type::deleted) return;
    const std::string value = json::string_at(*change.object, "/data/key");
    if (!encryption_key_.empty() && value != encryption_key_) broken("the encryption key stays as it is", change);
    encryption_key_ = value;
  }

  void generation_was_there(const Change& change) {
    if (change.type == Type::deleted) return;
    const std::int64_t told = json::integer_at(*change.object, "/status/observedGeneration", -1);
    if (told > json::integer_at(*change.object, "/metadata/generation")) {
      broken("the status speaks of no generation that is not there", change);
    }
  }

  // Whoever is told that a generation is ready and nothing is left to do was told what was true, at some moment since
  // that generation came.
  void ready_was_true(const Change& change) {
    const json::Value& cluster = *change.object;
    if (change.type != Type::modified || !has_condition(cluster, "Ready")) return;
    if (has_condition(cluster, "Reconciling")) return;
    if (change.before->value("status", json::Value()) == cluster.value("status", json::Value())) return;
    const std::int64_t generation = json::integer_at(cluster, "/status/observedGeneration", -1);
    Version since = 0;
    ObjectPtr spec;
    for (const Change& earlier : history_.changes()) {
      if (earlier.key != change.key || uid_of(*earlier.object) != uid_of(cluster)) continue;
      if (json::integer_at(*earlier.object, "/metadata/generation") != generation) continue;
      since = earlier.version;
      spec = earlier.object;
      break;
    }
    if (spec == nullptr) return;
    for (const Component& component : components()) {
      const json::Value* count = json::find(*spec, component.replicas);
      if (count == nullptr) continue;
      const bool was = history_.was(component.workload, since, change.version, [&](const json::Value& workload) {
        return controller_of(workload) == uid_of(cluster) && serves(workload) &&
               json::integer_at(workload, "/spec/replicas") == count->get<std::int64_t>() &&
               has_wanted_image(component, workload, *spec);
      });
      if (!was) broken(std::string("Ready was once true of ") + component.name, change);
    }
  }

  static bool has_wanted_image(const Component& component, const json::Value& workload, const json::Value& cluster) {
    const std::string name = component.name;
    const char* where = name == "broker"  ? "/spec/images/rabbitmq/image"
                        : name == "proxy" ? "/spec/images/haproxy/image"
                                          : "/spec/images/heat/image";
    return image_of(workload) == json::string_at(cluster, where);
  }

  // What must have been ready, once and of the same HeatCluster, before a workload or Job is made.
  void in_its_turn(const Change& change) {
    if (change.type == Type::deleted || !is_made_by_us(*change.object)) return;
    if (change.type == Type::added && change.key.plural == "jobs") {
      came_after(change, {"broker"});
      const std::string job = component_of(*change.object);
      if (job == "db-sync") came_after_login(change, {"broker"});
      if (job == "broker-users") came_after_login(change, {"broker", "engine", "api", "cfn"});
    }
    for (const Component& component : components()) {
      if (component.workload != change.key) continue;
      const std::string name = component.name;
      if (change.type == Type::added && name == "engine") came_after(change, {"broker"});
      if (change.type == Type::added && (name == "api" || name == "cfn")) came_after(change, {"broker", "engine"});
      if (change.type == Type::added && name == "proxy") came_after(change, {"api", "cfn"});
      const bool heat = name == "engine" || name == "api" || name == "cfn";
      const bool new_image = change.type == Type::added || image_of(*change.before) != image_of(*change.object);
      if (heat && new_image) came_after_database(change);
      if (name == "broker" && change.type == Type::modified && new_image) came_after_check(change);
    }
  }

  void came_after(const Change& change, const std::set<std::string>& needed) {
    const std::string owner = controller_of(*change.object);
    for (const Component& component : components()) {
      if (!needed.contains(component.name)) continue;
      const bool wanted = history_.any_was("heatclusters", change.version, [&](const json::Value& cluster) {
        return uid_of(cluster) == owner && json::integer_at(cluster, component.replicas) > 0;
      });
      const bool came = history_.was(component.workload, 0, change.version, [&](const json::Value& workload) {
        return controller_of(workload) == owner && serves(workload) &&
               json::integer_at(workload, "/status/readyReplicas") > 0;
      });
      if (wanted && !came) broken(std::string("comes up after ") + component.name, change);
    }
  }

  void came_after_database(const Change& change) {
    const std::string owner = controller_of(*change.object);
    const bool made = history_.any_was("jobs", change.version, [&](const json::Value& job) {
      return controller_of(job) == owner && has_condition(job, "Complete") && image_of(job) == image_of(*change.object);
    });
    if (!made) broken("no pod runs an image before the database is made for it", change);
  }

  // Where the broker's login has become another one, all pods of those components have been made with it.
  void came_after_login(const Change& change, const std::set<std::string>& needed) {
    const ObjectPtr secret = history_.at(credentials, change.version);
    if (secret == nullptr || broker_user_of(*secret).empty()) return;
    const Version before = history_.last(credentials, change.version, [&](const json::Value& former) {
      return broker_user_of(former) != broker_user_of(*secret);
    });
    if (before == 0) return;
    for (const Component& component : components()) {
      const ObjectPtr former = history_.at(component.workload, before);
      if (!needed.contains(component.name) || former == nullptr) continue;
      const bool rolled = history_.was(component.workload, before, change.version, [&](const json::Value& workload) {
        return settled(workload) && credentials_of(workload) != credentials_of(*former);
      });
      if (!rolled)
        broken(std::string("a login is tried, or the former one taken away, after ") + component.name, change);
    }
  }

  // RabbitMQ cannot go from every release to every other: the nodes are asked first, in the image that shall follow.
  void came_after_check(const Change& change) {
    const bool asked = history_.any_was("jobs", change.version, [&](const json::Value& job) {
      return controller_of(job) == controller_of(*change.object) && has_condition(job, "Complete") &&
             image_of(job) == image_of(*change.object);
    });
    if (!asked) broken("the broker gets no image before its nodes were asked", change);
  }

  // Engines of two releases on one broker lose each other's work, those that end included.
  void one_release(const Change& change) {
    if (change.key != engines || change.type != Type::modified) return;
    if (json::integer_at(*change.object, "/spec/replicas") == 0) return;
    const Version last = history_.last(engines, change.version, [&](const json::Value& before) {
      return controller_of(before) == controller_of(*change.object) &&
             release_of(before) != release_of(*change.object) && json::integer_at(before, "/spec/replicas") > 0;
    });
    if (last != 0 && !history_.was(engines, last + 1, change.version, has_no_pods)) {
      broken("all engines of a release are gone before those of another start", change);
    }
  }

  // A pod reads the ConfigMap that its template named when the pod was made.
  void config_map_was_unread(const Change& change) {
    if (change.type != Type::deleted || change.key.plural != "configmaps") return;
    const bool by_us = std::any_of(writes_.begin(), writes_.end(), [&](const fake_api::LoggedWrite& write) {
      return write.verb == fake_api::Verb::remove && write.status == 200 && write.key == change.key;
    });
    if (!by_us) return;
    const auto names_it = [&](const json::Value& workload) {
      return template_of(workload).find("\"" + change.key.name + "\"") != std::string::npos;
    };
    for (const Component& component : components()) {
      const Version last = history_.last(component.workload, change.version, names_it);
      if (last == 0) continue;
      const bool unread = last < change.version &&
                          history_.was(component.workload, last + 1, change.version, [&](const json::Value& workload) {
                            return settled(workload) && !names_it(workload);
                          });
      if (!unread) broken(std::string("a ConfigMap stays while pods may read it: ") + component.name, change);
    }
  }

  void within_its_rights(const fake_api::LoggedWrite& write) {
    const bool done = write.status >= 200 && write.status < 300;
    if (!done) return;
    const bool deletes = write.verb == fake_api::Verb::remove;
    if (deletes && write.key.plural != "configmaps" && write.key.plural != "jobs") {
      broken_.push_back("promise: only ConfigMaps and Jobs are deleted (" + write.text() + ")");
    }
    const bool key_made = write.key == key_secret && write.verb == fake_api::Verb::create;
    if (write.key.plural == "secrets" && write.key.name != "heat-credentials" && !key_made) {
      broken_.push_back("promise: of Secrets only its own are written (" + write.text() + ")");
    }
  }

  const History& history_;
  const std::vector<fake_api::LoggedWrite>& writes_;
  std::string encryption_key_;
  std::vector<std::string> broken_;
};

}  // namespace

std::vector<std::string> broken_promises(const History& history, const std::vector<fake_api::LoggedWrite>& writes) {
  return Judge(history, writes).judge();
}

std::vector<std::string> left_behind(const History& history) {
  std::map<Key, ObjectPtr> present;
  for (const Change& change : history.changes()) {
    if (change.type == Type::deleted) {
      present.erase(change.key);
    } else {
      present[change.key] = change.object;
    }
  }
  const bool ready = std::any_of(present.begin(), present.end(), [](const auto& entry) {
    return entry.first.plural == "heatclusters" && has_condition(*entry.second, "Ready") &&
           !has_condition(*entry.second, "Reconciling");
  });
  std::vector<std::string> found;
  if (!ready) return found;
  std::string templates;
  std::map<std::string, int> jobs;  // by what they are for
  for (const auto& [key, object] : present) {
    if (key.plural == "statefulsets" || key.plural == "deployments") templates += template_of(*object);
    if (key.plural == "jobs" && is_made_by_us(*object) && ++jobs[component_of(*object)] > 1) {
      found.push_back("left behind: " + key.text());
    }
  }
  for (const auto& [key, object] : present) {
    const bool ours = key.plural == "configmaps" && is_made_by_us(*object);
    if (ours && templates.find("\"" + key.name + "\"") == std::string::npos) {
      found.push_back("left behind: " + key.text());
    }
  }
  return found;
}

}  // namespace property
