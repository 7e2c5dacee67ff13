#include "property/workload.h"

#include <algorithm>

#include "base/base64.h"

namespace property {
namespace {

bool ready(World& world) { return world.ready(); }
bool gone(World& world) { return world.gone(); }

Step create(std::int64_t replicas) {
  return {"create",
          [replicas](World& world) {
            world.create_secrets();
            world.create_cluster(replicas);
          },
          ready};
}

// As create(), with a key that is there already.
Step set_up(std::int64_t replicas) {
  return {"set up",
          [replicas](World& world) {
            world.create_secrets();
            world.create_encryption_key();
            world.create_cluster(replicas);
          },
          ready};
}

json::Value count(const std::string& component, std::int64_t replicas) {
  if (component == "broker") return {{"broker", {{"managed", {{"replicas", replicas}}}}}};
  return {{component, {{"replicas", replicas}}}};
}

Step scale(const std::string& component, std::int64_t replicas) {
  return {"scale " + component + " to " + std::to_string(replicas),
          [component, replicas](World& world) { world.patch_spec(count(component, replicas)); }, ready};
}

Step remove() {
  return {"delete", [](World& world) { world.delete_cluster(); }, gone};
}

Step set(std::string name, json::Value patch) {
  return {std::move(name), [patch = std::move(patch)](World& world) { world.patch_spec(patch); }, ready};
}

// Nodes, engines and APIs change to it one after the other, and then the former user goes.
Step set_broker_login(int generation) {
  return {"another login of the broker",
          [generation](World& world) {
            world.patch_spec({{"broker", {{"managed", {{"credentialsGeneration", generation}}}}}});
          },
          [](World& world) { return world.ready() && world.condition("Reconciling") == "False"; }};
}

// Steps that follow each other at once.
Step at_once(std::string name, std::vector<Step> steps) {
  const auto done = steps.back().done;
  return {std::move(name),
          [steps = std::move(steps)](World& world) {
            for (const Step& step : steps) step.act(world);
          },
          done};
}

Step recreate_before_collection() {
  return {"delete and create at once", [](World& world) { world.replace_cluster(); }, ready};
}

Step begin_to_delete() {
  return {"delete in the foreground", [](World& world) { world.delete_cluster_in_the_foreground(); },
          [](World& world) { return json::find(world.cluster(), "/metadata/deletionTimestamp") != nullptr; }};
}

Step collect_children() {
  return {"the children are collected",
          [](World& world) {
            std::vector<std::string> kinds;
            for (const fake_api::Resource& kind : fake_api::resources()) kinds.push_back(kind.plural);
            world.delete_children(kinds);
          },
          [](World& world) {
            const auto deadline = std::chrono::steady_clock::now() + step_deadline;
            return world.childless() && world.server().log().wait_quiet(std::chrono::milliseconds(300), deadline) &&
                   world.childless();
          }};
}

Step end_deletion() {
  return {"the HeatCluster goes", [](World& world) { world.end_deletion(); }, gone};
}

Step rotate_password() {
  return {"rotate the database's password",
          [](World& world) {
            world.patch_secret("heat-db", {{"connection", "mysql+pymysql://heat:second@db.example/heat"}});
          },
          [](World& world) { return world.ready() && json::integer_at(world.engine(), "/metadata/generation") > 1; }};
}

Step begin_to_scale() {
  return {"scale to 4 without waiting for it", scale("engine", 4).act,
          [](World& world) { return json::integer_at(world.engine(), "/spec/replicas") == 4; }, true};
}

Step begin_to_scale_all() {
  return {"scale everything without waiting for it",
          [](World& world) {
            for (const char* component : {"broker", "engine", "api", "proxy"}) world.patch_spec(count(component, 3));
          },
          [](World& world) { return json::integer_at(world.engine(), "/spec/replicas") == 3; }, true};
}

Step name_a_missing_secret() {
  return {"name a Secret that is not there",
          [](World& world) {
            world.patch_spec({{"database", {{"secretName", "missing"}}}});
          },
          [](World& world) { return world.condition("ConfigValid") == "False"; }};
}

// Whoever scales meanwhile learns that it waits.
Step lose_key() {
  return {"the encryption key is deleted",
          [](World& world) {
            world.delete_encryption_key();
            world.patch_spec(count("engine", 3));
          },
          [](World& world) {
            return world.condition("ConfigValid") == "False" &&
                   world.api().read({"secrets", world_namespace, "heat-encryption-key"}).is_null();
          }};
}

Step restore_key() {
  return {"the encryption key is restored", [](World& world) { world.create_encryption_key(); }, ready};
}

// The volumes of a StatefulSet are made once: the API server answers 422.
Step change_what_cannot_be() {
  return {"another storage class",
          [](World& world) {
            world.patch_spec({{"broker", {{"managed", {{"storage", {{"storageClassName", "fast"}}}}}}}});
          },
          [](World& world) { return world.condition("Stalled") == "True"; }};
}

// The one that clients call: it has an address, so that nothing but ownership is in the way of taking it over.
const fake_api::Key foreign_service{"services", world_namespace, "heat-proxy"};

Step create_beside_a_foreign_service() {
  return {"create beside somebody else's Service of the same name",
          [](World& world) {
            world.create_secrets();
            world.create_encryption_key();
            const json::Value ports = json::Value::array({{{"name", "http"}, {"port", 80}}});
            world.api().create({{"apiVersion", "v1"},
                                {"kind", "Service"},
                                {"metadata", {{"name", foreign_service.name}, {"namespace", world_namespace}}},
                                {"spec", {{"selector", {{"app", "theirs"}}}, {"ports", ports}}}});
            world.create_cluster();
          },
          [](World& world) {
            return world.condition("Stalled") == "True" &&
                   json::string_at(world.api().read(foreign_service), "/spec/selector/app") == "theirs";
          }};
}

Step remove_foreign_service() {
  return {"they delete their Service", [](World& world) { world.api().remove(foreign_service); }, ready};
}

Step break_migration() {
  return {"an image whose db-sync fails",
          [](World& world) {
            world.simulation().set_jobs(fake_api::Simulation::Jobs::fail);
            world.patch_spec({{"images", {{"heat", {{"image", "localhost/heat:broken"}}}}}});
          },
          [](World& world) { return world.condition("Stalled") == "True"; }};
}

Step mend_migration() {
  return {"the old image again",
          [](World& world) {
            world.simulation().set_jobs(fake_api::Simulation::Jobs::succeed);
            world.patch_spec({{"images", {{"heat", {{"image", "localhost/heat:2025.1"}}}}}});
          },
          ready};
}

// Nodes go on as they are, and so does everything else.
Step refuse_broker_image() {
  return {"an image that cannot follow the broker's",
          [](World& world) {
            world.simulation().set_jobs(fake_api::Simulation::Jobs::fail);
            world.patch_spec({{"images", {{"rabbitmq", {{"image", "localhost/rabbitmq:5.0"}}}}}});
          },
          [](World& world) { return world.condition("Stalled") == "True"; }};
}

Step scale_beside_it() {
  return {"engines and broker are scaled all the same",
          [](World& world) {
            world.patch_spec(count("engine", 3));
            world.patch_spec(count("broker", 3));
          },
          [](World& world) {
            return world.condition("EngineReady") == "True" &&
                   json::integer_at(world.engine(), "/spec/replicas") == 3 &&
                   json::integer_at(world.workload(components().front()), "/status/readyReplicas") == 3;
          }};
}

Step put_broker_image_back() {
  return {"the old image again",
          [](World& world) {
            world.patch_spec({{"images", {{"rabbitmq", {{"image", "localhost/rabbitmq:4.3"}}}}}});
            world.simulation().set_jobs(fake_api::Simulation::Jobs::succeed);
          },
          ready};
}

Step delete_children() {
  return {"delete the children by hand",
          [](World& world) {
            world.delete_children({"statefulsets", "services", "configmaps", "serviceaccounts"});
          },
          ready};
}

Step edit_children() {
  return {"edit the StatefulSet by hand",
          [](World& world) {
            world.api().patch(
                {"statefulsets", world_namespace, "heat-engine"},
                {{"spec", {{"replicas", 9}}}, {"metadata", {{"labels", {{"app.kubernetes.io/part-of", "x"}}}}}});
          },
          ready};
}

const fake_api::Key credentials{"secrets", world_namespace, "heat-credentials"};

// No watch tells of a Secret: the next poll does.
Step edit_credentials() {
  return {"edit the operator's own Secret by hand",
          [](World& world) {
            world.patch_secret("heat-credentials", {{"credentials.conf", "theirs"}});
          },
          [](World& world) {
            const std::string text = json::string_at(world.api().read(credentials), "/data/credentials.conf");
            return !text.empty() && text != base::base64_encode("theirs") && world.ready();
          }};
}

Step delete_credentials() {
  return {"delete the operator's own Secret", [](World& world) { world.api().remove(credentials); },
          [](World& world) { return !world.api().read(credentials).is_null() && world.ready(); }};
}

using Fault = Plan::Fault;
constexpr World::Kind whole = World::Kind::whole;
// Of workloads with few writes: everything.
const Faults every_fault = {Fault::kill,  Fault::lose_answer, Fault::hang_up, Fault::refuse,
                            Fault::stale, Fault::remove,      Fault::replace};

std::vector<Workload> on_external_broker() {
  return {
      {"Delete", {set_up(2)}, {remove()}},
      {"DeleteInTheForeground", {set_up(2)}, {begin_to_delete(), collect_children(), end_deletion()}},
      {"Recreate",
       {set_up(2)},
       {remove(), {"create again", [](World& world) { world.create_cluster(2); }, ready}},
       World::Kind::external,
       {Fault::hang_up, Fault::refuse, Fault::stale}},
      {"RecreateBeforeCollection",
       {set_up(2), scale("engine", 1)},
       {recreate_before_collection()},
       World::Kind::external,
       {Fault::kill, Fault::stale}},
      {"ScaleOutAndIn",
       {set_up(1)},
       {scale("engine", 4), scale("engine", 1)},
       World::Kind::external,
       every_fault,
       true},
      {"ScaleFast", {set_up(1)}, {at_once("1, 3, 2", {scale("engine", 3), scale("engine", 2)})}},
      {"ChangeConfiguration", {set_up(2)}, {set("workers", {{"engine", {{"workers", 4}}}})}},
      {"RotateSecret", {set_up(2)}, {rotate_password()}, World::Kind::external, lost_and_stale, false, "1s"},
      {"ChangeImage",
       {set_up(2)},
       {set("image", {{"images", {{"heat", {{"image", "localhost/heat:next"}}}}}})},
       World::Kind::external,
       {Fault::kill, Fault::refuse, Fault::stale, Fault::remove, Fault::replace}},
      {"DeleteWhileScaling", {set_up(1)}, {begin_to_scale(), remove()}},
      {"BadValueAndBack",
       {set_up(2)},
       {name_a_missing_secret(), set("back", {{"database", {{"secretName", "heat-db"}}}})},
       World::Kind::external,
       lost_and_stale,
       true},
      {"KeyLostAndBack", {set_up(2)}, {lose_key(), restore_key()}, World::Kind::external, lost_and_stale, false, "1s"},
      {"ForeignObject",
       {},
       {create_beside_a_foreign_service(), remove_foreign_service()},
       World::Kind::external,
       {Fault::stale},
       false,
       "1s"},
      {"FailedMigrationAndBack",
       {set_up(2)},
       {break_migration(), mend_migration()},
       World::Kind::external,
       lost_and_stale,
       true},
      {"ChildrenDeleted", {set_up(2)}, {delete_children()}, World::Kind::external, lost_and_stale, true},
      {"ChildrenEdited", {set_up(2)}, {edit_children()}, World::Kind::external, every_fault, true},
      {"CredentialsLost",
       {set_up(2)},
       {edit_credentials(), delete_credentials()},
       World::Kind::external,
       {Fault::kill, Fault::refuse},
       true,
       "1s"},
  };
}

std::vector<Workload> of_all_components() {
  return {
      {"Create", {}, {create(2)}, whole, {Fault::kill, Fault::lose_answer, Fault::refuse, Fault::remove}},
      {"DeleteWhileScalingAll", {set_up(2)}, {begin_to_scale_all(), remove()}, whole, {Fault::kill, Fault::hang_up}},
      {"ScaleApi", {set_up(2)}, {scale("api", 5), scale("api", 2)}, whole, {Fault::kill, Fault::stale}, true},
      {"ScaleCfn", {set_up(2)}, {scale("cfn", 3), scale("cfn", 1)}, whole, {Fault::lose_answer, Fault::stale}, true},
      {"ScaleProxy", {set_up(2)}, {scale("proxy", 3), scale("proxy", 1)}, whole, {Fault::hang_up, Fault::stale}, true},
      {"ScaleBroker", {set_up(2)}, {scale("broker", 3), scale("broker", 5)}, whole, {Fault::kill, Fault::stale}},
      {"ChangeConfigurationOfAll",
       {set_up(2)},
       {set("an option of Heat", {{"config", {{"heat", "[DEFAULT]\nmax_stacks_per_tenant = 7\n"}}}})},
       whole,
       {Fault::kill, Fault::refuse}},
      {"UpgradeRelease",
       {set_up(2)},
       {set("2025.2", {{"release", "2025.2"}, {"images", {{"heat", {{"image", "localhost/heat:2025.2"}}}}}})},
       whole,
       {Fault::kill, Fault::lose_answer, Fault::refuse, Fault::stale}},
      {"UpgradeBroker",
       {set_up(2)},
       {set("4.4", {{"images", {{"rabbitmq", {{"image", "localhost/rabbitmq:4.4"}}}}}})},
       whole,
       {Fault::kill, Fault::lose_answer, Fault::refuse, Fault::stale, Fault::remove, Fault::replace}},
      {"ChangeBrokerLogin",
       {set_up(2)},
       {set_broker_login(2), set_broker_login(3)},
       whole,
       {Fault::kill, Fault::refuse, Fault::stale}},
      {"RefusedBrokerAndBack",
       {set_up(2)},
       {refuse_broker_image(), scale_beside_it(), put_broker_image_back()},
       whole,
       {Fault::kill, Fault::stale}},
      {"RefusedChangeAndBack",
       {set_up(2)},
       {change_what_cannot_be(),
        set("back", {{"broker", {{"managed", {{"storage", {{"storageClassName", nullptr}}}}}}}})},
       whole,
       lost_and_stale,
       true},
  };
}

}  // namespace

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all = [] {
    std::vector<Workload> both = of_all_components();
    for (Workload& each : on_external_broker()) both.push_back(std::move(each));
    return both;
  }();
  return all;
}

bool counts_are_the_same(const Workload& workload) {
  return std::none_of(workload.steps.begin(), workload.steps.end(), [](const Step& step) { return step.cut_short; });
}

}  // namespace property
