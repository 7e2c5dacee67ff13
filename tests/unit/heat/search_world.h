// One of the worlds that search_test.cpp goes through, as small as can be.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "heat/component.h"

namespace heat {

constexpr std::size_t specs = 2;
// Of a workload: that of each spec, and that of each spec while something of the other is still there: of the engines
// that which has no pods until those of the other release are gone, of the broker that which keeps the other's image.
constexpr std::size_t forms = 2 * specs;
constexpr std::size_t spec_of(std::size_t form) { return form % specs; }
constexpr bool is_between(std::size_t form) { return form >= specs; }
constexpr std::size_t image_of(std::size_t broker_form) {
  return is_between(broker_form) ? 1 - spec_of(broker_form) : broker_form;
}

// Of one workload's pods.
enum class Pods : char {
  rolling,  // the controller has something to do: none counts as ready
  ready,    // all of them, of the newest template; while the old ones drain: they are gone
  away,     // of the newest template, none ready
};
enum class Job : char { absent, running, complete, failed };

struct World {
  char spec = 0;                    // that is asked for
  std::array<char, 5> applied{};    // by component: 0, or 1 + the form of its workload that was applied
  std::array<Pods, 5> pods{};       // of those that exist
  std::array<Job, specs> jobs{};    // by the spec whose database they make
  std::array<Job, specs> checks{};  // by the spec to whose broker's image they lead from the other's
  std::array<Job, specs> users{};   // by the spec whose login of the broker they leave
  friend bool operator==(const World&, const World&) = default;
};

inline std::string key(const World& world) {
  return std::string(1, world.spec) + std::string(world.applied.data(), 5) +
         std::string(reinterpret_cast<const char*>(world.pods.data()), 5) +
         std::string(reinterpret_cast<const char*>(world.jobs.data()), specs) +
         std::string(reinterpret_cast<const char*>(world.checks.data()), specs) +
         std::string(reinterpret_cast<const char*>(world.users.data()), specs);
}

// The Jobs, by the stage that they are of.
enum class Task { database, broker_check, broker_users };
constexpr Task task_of(std::string_view stage) {
  return stage == "broker-check" ? Task::broker_check : stage == "broker-users" ? Task::broker_users : Task::database;
}

// By the spec for which each is.
inline std::array<Job, specs>& jobs_of(World& world, Task task) {
  return task == Task::broker_check ? world.checks : task == Task::broker_users ? world.users : world.jobs;
}

// One thing that a pass would write.
struct Write {
  std::optional<Component> workload;  // none: a Job
  std::size_t form = 0;
  Task task = Task::database;
};

}  // namespace heat
