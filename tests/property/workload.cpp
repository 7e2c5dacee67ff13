#include "property/workload.h"

#include <memory>

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

Step scale(std::int64_t replicas) {
  return {"scale to " + std::to_string(replicas),
          [replicas](World& world) {
            world.patch_spec({{"engine", {{"replicas", replicas}}}});
          },
          ready};
}

Step remove() {
  return {"delete", [](World& world) { world.delete_cluster(); }, gone};
}

Step set(std::string name, json::Value patch) {
  return {std::move(name), [patch = std::move(patch)](World& world) { world.patch_spec(patch); }, ready};
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
  return {"delete and create at once",
          [](World& world) {
            world.simulation().set_collecting(false);
            world.delete_cluster();
            world.create_cluster(2);
            world.simulation().set_collecting(true);
          },
          ready};
}

Step rotate_password() {
  return {"rotate the database's password",
          [](World& world) {
            world.patch_secret("heat-db", {{"connection", "mysql+pymysql://heat:second@db.example/heat"}});
          },
          [](World& world) { return world.ready() && json::integer_at(world.engine(), "/metadata/generation") > 1; }};
}

Step begin_to_scale() {
  return {"scale to 4 without waiting for it", scale(4).act,
          [](World& world) { return json::integer_at(world.engine(), "/spec/replicas") == 4; }};
}

Step name_a_missing_secret() {
  return {"name a Secret that is not there",
          [](World& world) {
            world.patch_spec({{"database", {{"secretName", "missing"}}}});
          },
          [](World& world) { return world.condition("ConfigValid") == "False"; }};
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

Step delete_children() {
  return {"delete the children by hand",
          [](World& world) {
            for (const char* plural : {"statefulsets", "services", "configmaps", "serviceaccounts"}) {
              for (const fake_api::ObjectPtr& object : world.server().store().list(plural, world_namespace)) {
                world.api().remove({plural, world_namespace, json::string_at(*object, "/metadata/name")});
              }
            }
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

}  // namespace

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all = {
      {"Create", {}, {create(2)}},
      {"Delete", {set_up(2)}, {remove()}},
      {"Recreate", {set_up(2)}, {remove(), {"create again", [](World& world) { world.create_cluster(2); }, ready}}},
      {"RecreateBeforeCollection", {set_up(2)}, {recreate_before_collection()}},
      {"ScaleOutAndIn", {set_up(1)}, {scale(4), scale(1)}},
      {"ScaleFast", {set_up(1)}, {at_once("1, 3, 2", {scale(3), scale(2)})}},
      {"ChangeConfiguration", {set_up(2)}, {set("workers", {{"engine", {{"workers", 4}}}})}},
      {"RotateSecret", {set_up(2)}, {rotate_password()}},
      {"ChangeImage", {set_up(2)}, {set("image", {{"images", {{"heat", {{"image", "localhost/heat:next"}}}}}})}},
      {"DeleteWhileScaling", {set_up(1)}, {begin_to_scale(), remove()}},
      {"BadValueAndBack",
       {set_up(2)},
       {name_a_missing_secret(), set("back", {{"database", {{"secretName", "heat-db"}}}})}},
      {"FailedMigrationAndBack", {set_up(2)}, {break_migration(), mend_migration()}},
      {"ChildrenDeleted", {set_up(2)}, {delete_children()}},
      {"ChildrenEdited", {set_up(2)}, {edit_children()}},
  };
  return all;
}

}  // namespace property
