// Every world that there can be between two specs: a breadth-first search through the real gates. From each world it
// goes on with whatever can happen next: a pass that is cut short after any of its writes (a crash, a conflict, a lost
// answer), one that is computed from the world before (a stale view), a step of each workload's controller, pods that
// go away, a Job's end, an edit of the spec and back. What must hold at each write is checked, and that every world
// comes to rest, and rests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <iostream>
#include <unordered_map>

#include "heat/desired/broker_upgrade.h"
#include "heat/desired/engine_drain.h"
#include "heat/one_time_job.h"
#include "sample.h"
#include "search_world.h"

namespace heat {
namespace {

using Mode = Stage::Mode;

class Search {
 public:
  Search(Spec first, Spec second) : spec_{std::move(first), std::move(second)} {
    spec_[0].generation = 1;
    spec_[1].generation = 2;
    for (std::size_t i = 0; i < specs; ++i) {
      const Desired wanted = desired(spec_[i], secrets_, prints_[i]);
      database_[i] = prints_[i]->db_sync.target;
      job_[i] = sample::job(wanted);
      for (const ComponentTraits& each : component_table) {
        const long count = replicas(spec_[i], each.component);
        add_form(i, each.component, wanted, {{{count, 0, 0, false, false}, {count, count, count}, {count, 0, count}}});
      }
    }
    for (std::size_t i = 0; i < specs; ++i) {
      add_draining_form(i);
      add_form_of_the_other_image(i);
      add_users(i);
    }
  }

  // All worlds that can be reached from `start`; how many there are.
  std::size_t run(const World& start) {
    std::unordered_map<std::string, World> seen{{key(start), start}};
    std::deque<World> open{start};
    const auto reach = [&](const World& next) {
      if (seen.emplace(key(next), next).second) open.push_back(next);
    };
    while (!open.empty() && !testing::Test::HasFailure()) {
      const World world = open.front();
      open.pop_front();
      come_to_rest(world);
      for (const World& next : what_happens_next(world)) {
        reach(next);
        // The operator still sees `world`, and acts on `next`.
        for (const World& then : passes(world, next)) reach(then);
      }
    }
    return seen.size();
  }

 private:
  void add_form(std::size_t form, Component component, const Desired& wanted,
                const std::array<sample::Counts, 3>& counts) {
    const std::size_t i = at(component);
    const DesiredObject& workload = sample::stage(wanted, std::string(traits(component).name)).objects.back();
    hash_[form][i] = workload.hash();
    pod_template_[form][i] = workload.pod_template();
    for (std::size_t pods = 0; pods < counts.size(); ++pods) {
      child_[form][i][pods] = sample::workload(wanted, component, counts[pods]);
    }
  }

  // Where the other spec's engines are of another release.
  void add_draining_form(std::size_t spec) {
    Observed others = secrets_;
    others.workloads[Component::engine] =
        child_[1 - spec][at(Component::engine)][static_cast<std::size_t>(Pods::ready)];
    const Desired wanted = desired(spec_[spec], others);
    if (wanted.draining_release.empty()) return;
    releases_differ_ = true;
    add_form(specs + spec, Component::engine, wanted, {{{2, 2, 0, false}, {0, 0, 0}, {1, 0, 0, false}}});
  }

  // Where the other spec's broker has another image.
  void add_form_of_the_other_image(std::size_t spec) {
    Observed others = secrets_;
    others.workloads[Component::broker] =
        child_[1 - spec][at(Component::broker)][static_cast<std::size_t>(Pods::ready)];
    const Desired wanted = desired(spec_[spec], others);
    if (wanted.kept_broker_image.empty()) return;
    images_differ_ = true;
    add_form(specs + spec, Component::broker, wanted, {{{3, 0, 0, false, false}, {3, 3, 3}, {3, 0, 3}}});
    const DesiredObject& job = sample::stage(wanted, "broker-check").objects.front();
    check_[spec] = {job.name, false, 1, {}};
    check_[spec].fields["metadata"]["annotations"] = job.body().at("metadata").at("annotations");
  }

  // Where the broker's login is not the first.
  void add_users(std::size_t spec) {
    for (const Stage& stage : desired(spec_[spec], secrets_).stages) {
      if (task_of(stage.name) != Task::broker_users) continue;
      logins_differ_ = true;
      users_[spec] = {stage.objects.front().name, false, 1, {}};
      users_[spec].fields["metadata"]["annotations"] = stage.objects.front().body().at("metadata").at("annotations");
    }
  }

  static std::size_t at(Component component) { return static_cast<std::size_t>(component); }
  bool same_database() const { return database_[0] == database_[1]; }
  std::size_t job_of(char spec) const { return same_database() ? 0 : static_cast<std::size_t>(spec); }

  Observed observe(const World& world) const {
    Observed observed = secrets_;
    for (const ComponentTraits& each : component_table) {
      const std::size_t i = at(each.component);
      if (world.applied[i] == 0) continue;
      observed.workloads[each.component] =
          child_[static_cast<std::size_t>(world.applied[i] - 1)][i][static_cast<std::size_t>(world.pods[i])];
    }
    for (std::size_t i = 0; i < specs; ++i) {
      add_job(observed, world.jobs[i], job_[i]);
      add_job(observed, world.checks[i], check_[i]);
      add_job(observed, world.users[i], users_[i]);
    }
    return observed;
  }

  static void add_job(Observed& observed, Job state, ObservedChild job) {
    if (state == Job::absent) return;
    if (state != Job::running) {
      const char* const ends = state == Job::complete ? "Complete" : "Failed";
      job.fields["status"]["conditions"] = json::Value::array({{{"type", ends}, {"status", "True"}}});
    }
    observed.jobs.push_back(std::move(job));
  }

  // What a pass that sees `view` would write, in order.
  std::vector<Write> writes(const World& view) {
    const auto spec = static_cast<std::size_t>(view.spec);
    std::vector<Write> all;
    const Observed observed = observe(view);
    const bool between = !draining_release(spec_[spec], observed).empty() || broker_step(spec_[spec], observed);
    for (const Stage& stage : desired(spec_[spec], observed, prints_[between ? specs + spec : spec]).stages) {
      if (stage.mode != Mode::apply) continue;
      for (const DesiredObject& object : stage.objects) {
        if (*object.type == kube::types::job) all.push_back({std::nullopt, 0, task_of(stage.name)});
        for (const ComponentTraits& each : component_table) {
          if (*object.type != *each.workload || object.name != workload_name("heat", each.component)) continue;
          const std::size_t i = at(each.component);
          const char applied = view.applied[i];
          if (applied != 0 && hash_[static_cast<std::size_t>(applied - 1)][i] == object.hash()) continue;
          all.push_back({each.component, hash_[spec][i] == object.hash() ? spec : specs + spec});
        }
      }
    }
    return all;
  }

  // The worlds after a pass that saw `view` and acts on `world`, cut short after each of its writes.
  std::vector<World> passes(const World& view, const World& world) {
    std::vector<World> after;
    if (view.spec != world.spec) return after;  // the HeatCluster is read live before anything is written
    World now = world;
    for (const Write& write : writes(view)) {
      check(write, view);
      check_release(write, now);
      check_broker_image(write, view);
      apply(write, now);
      after.push_back(now);
    }
    return after;
  }

  void apply(const Write& write, World& world) const {
    if (!write.workload) {
      const bool shared = write.task == Task::database;
      Job& job = jobs_of(world, write.task)[shared ? job_of(world.spec) : static_cast<std::size_t>(world.spec)];
      if (job == Job::absent) job = Job::running;
      return;
    }
    const std::size_t i = at(*write.workload);
    const char wanted = static_cast<char>(write.form + 1);
    // Counts alone restart nothing, but there is something to do until they are there.
    if (world.applied[i] != wanted) world.pods[i] = Pods::rolling;
    world.applied[i] = wanted;
  }

  bool runs(const World& world, Component component, char spec) const {
    const std::size_t i = at(component);
    if (world.applied[i] == 0 || world.pods[i] != Pods::ready) return false;
    const auto form = static_cast<std::size_t>(world.applied[i] - 1);
    auto wanted = static_cast<std::size_t>(spec);
    if (component == Component::broker) {
      // The image that is there is what shall be until the other is known to fit.
      if (image_of(form) != wanted && images_differ_ && world.checks[wanted] != Job::complete) wanted += specs;
    } else if (is_between(form)) {
      return false;
    }
    return pod_template_[form][i] == pod_template_[wanted][i];
  }

  // The broker's image changes only after its check, unless there was never anything to lose, or the first node of the
  // other does not come up.
  void check_broker_image(const Write& write, const World& view) const {
    const char applied = view.applied[at(Component::broker)];
    if (!images_differ_ || write.workload != Component::broker || applied == 0) return;
    const std::size_t to = image_of(write.form);
    if (image_of(static_cast<std::size_t>(applied - 1)) == to || view.checks[to] == Job::complete) return;
    const Pods pods = view.pods[at(Component::broker)];
    const bool was_used = view.jobs[0] == Job::complete || view.jobs[1] == Job::complete;
    const bool goes_back = pods == Pods::rolling && view.checks[1 - to] == Job::complete;
    EXPECT_TRUE(pods != Pods::ready && (!was_used || goes_back)) << "the broker gets an image that nobody asked about";
  }

  // Engines of one release never start beside those of the other, whatever the pass has seen.
  void check_release(const Write& write, const World& world) const {
    if (!releases_differ_ || write.workload != Component::engine || is_between(write.form)) return;
    const std::size_t i = at(Component::engine);
    if (world.applied[i] == 0) return;
    const auto form = static_cast<std::size_t>(world.applied[i] - 1);
    const std::size_t running = is_between(form) ? 1 - spec_of(form) : form;
    const bool gone = is_between(form) && world.pods[i] == Pods::ready;
    EXPECT_TRUE(gone || running == spec_of(write.form)) << "engines start beside those of another release";
  }

  void check_job(Task task, const World& view) const {
    // Whether every pod has been made with the login of the spec.
    const auto has_login = [&](Component component) {
      return view.applied[at(component)] == 1 + view.spec && view.pods[at(component)] != Pods::rolling;
    };
    if (task == Task::broker_users) {
      for (const Component each : {Component::broker, Component::engine, Component::api, Component::cfn}) {
        EXPECT_TRUE(has_login(each)) << traits(each).name << " may need a user that is to be removed";
      }
      return;
    }
    EXPECT_TRUE(images_differ_ || task != Task::broker_check);
    EXPECT_EQ(view.pods[at(Component::broker)], Pods::ready) << "a database before there is a broker";
    EXPECT_TRUE(!logins_differ_ || has_login(Component::broker)) << "a login is tried that no node knows";
  }

  // What may never be written in a world such as `view`.
  void check(const Write& write, const World& view) const {
    const char spec = view.spec;
    if (!write.workload) {
      check_job(write.task, view);
      return;
    }
    const Component component = *write.workload;
    const std::size_t i = at(component);
    const bool comes_up = view.applied[i] == 0;
    const bool restarts = comes_up || pod_template_[static_cast<std::size_t>(view.applied[i] - 1)][i] !=
                                          pod_template_[static_cast<std::size_t>(spec)][i];
    if (!restarts) return;  // a count, or the new engines after the old: nobody is waited for
    const std::string what = std::string(traits(component).name) + (comes_up ? " comes up" : " restarts");
    const bool uses_database = component != Component::broker && component != Component::proxy;
    if (uses_database) {
      EXPECT_EQ(view.jobs[job_of(spec)], Job::complete) << what << " on a database of another release";
    }
    const auto needs = [&](Component before) {
      EXPECT_TRUE(runs(view, before, spec)) << what << " before " << traits(before).name << " is as it shall be";
    };
    if (uses_database) needs(Component::broker);
    if (component == Component::api || component == Component::cfn) needs(Component::engine);
    if (component == Component::proxy) {
      needs(Component::api);
      needs(Component::cfn);
    }
  }

  std::vector<World> what_happens_next(const World& world) {
    std::vector<World> next = passes(world, world);
    for (std::size_t i = 0; i < world.applied.size(); ++i) {
      if (world.applied[i] == 0) continue;
      World then = world;
      const bool gone = i == at(Component::engine) && is_between(static_cast<std::size_t>(world.applied[i] - 1)) &&
                        world.pods[i] == Pods::ready;
      if (gone) continue;
      // APIs and proxies that are away keep nobody waiting but each other: two of five are enough.
      const bool can_go = i <= at(Component::engine);
      then.pods[i] = world.pods[i] == Pods::ready && can_go ? Pods::away : Pods::ready;
      next.push_back(then);
    }
    for (const auto jobs : {&World::jobs, &World::checks, &World::users}) {
      for (std::size_t i = 0; i < specs; ++i) {
        const auto becomes = [&](Job state) {
          World then = world;
          (then.*jobs)[i] = state;
          next.push_back(then);
        };
        if ((world.*jobs)[i] == Job::running) {
          becomes(Job::complete);
          becomes(Job::failed);
        }
        if ((world.*jobs)[i] == Job::failed) becomes(Job::absent);  // whoever mends it deletes it
      }
    }
    World edited = world;
    edited.spec = static_cast<char>(1 - world.spec);
    next.push_back(edited);
    return next;
  }

  // With nobody in the way: each pass writes all that it would, and everybody else does their part.
  void come_to_rest(World world) {
    const std::string from = key(world);
    constexpr int enough = 18;  // five components, three Jobs, and a few that had to be waited for twice or drain
    for (int round = 0; round < enough; ++round) {
      if (resting_.contains(key(world))) return;
      const std::vector<Write> all = writes(world);
      for (const Write& write : all) apply(write, world);
      bool moved = !all.empty();
      for (std::size_t i = 0; i < world.applied.size(); ++i) {
        if (world.applied[i] == 0 || world.pods[i] == Pods::ready) continue;
        world.pods[i] = Pods::ready;
        moved = true;
      }
      for (const auto jobs : {&World::jobs, &World::checks, &World::users}) {
        for (Job& job : world.*jobs) {
          if (job != Job::running && job != Job::failed) continue;
          job = job == Job::running ? Job::complete : Job::absent;
          moved = true;
        }
      }
      if (moved) continue;
      for (std::size_t i = 0; i < world.applied.size(); ++i) {
        EXPECT_EQ(hash_[static_cast<std::size_t>(world.applied[i] - 1)][i],
                  hash_[static_cast<std::size_t>(world.spec)][i])
            << "at rest, and not as it was asked for";
      }
      resting_[from] = true;
      return;
    }
    ADD_FAILURE() << "does not come to rest";
  }

  std::array<Spec, specs> spec_;
  const Observed secrets_ = sample::observed_production();
  // By form, so that those of one are not forgotten for the other.
  const std::array<std::shared_ptr<Prints>, forms> prints_{std::make_shared<Prints>(), std::make_shared<Prints>(),
                                                           std::make_shared<Prints>(), std::make_shared<Prints>()};
  std::array<std::string, specs> database_;
  std::array<ObservedChild, specs> job_;
  std::array<ObservedChild, specs> check_;
  std::array<ObservedChild, specs> users_;
  bool releases_differ_ = false;
  bool images_differ_ = false;                              // of the broker
  bool logins_differ_ = false;                              // as above
  std::array<std::array<std::uint64_t, 5>, forms> hash_{};  // by form
  std::array<std::array<std::string, 5>, forms> pod_template_;
  std::array<std::array<std::array<ObservedChild, 3>, 5>, forms> child_;
  std::unordered_map<std::string, bool> resting_;  // worlds that are known to come to rest
};

struct Edit {
  const char* name;
  void (*make)(Spec&);

  friend std::ostream& operator<<(std::ostream& out, const Edit& edit) { return out << edit.name; }
};

class SearchTest : public testing::TestWithParam<Edit> {};

TEST_P(SearchTest, EveryWorldIsSafeAndComesToRest) {
  const Spec first = parse(sample::production()).value();
  Spec second = first;
  GetParam().make(second);
  Search search(first, second);
  const std::size_t from_nothing = search.run({});
  std::cout << from_nothing << " worlds between nothing, one spec and the other\n";
  EXPECT_GT(from_nothing, 1000U);
}

INSTANTIATE_TEST_SUITE_P(
    Edits, SearchTest,
    testing::Values(Edit{"Counts",
                         [](Spec& spec) {
                           spec.engine.replicas = 3;
                           spec.api.replicas = 4;
                         }},
                    Edit{"Configuration", [](Spec& spec) { spec.config.heat = "[DEFAULT]\ndebug = true\n"; }},
                    Edit{"Image", [](Spec& spec) { spec.images.heat.reference = "localhost/heat:next"; }},
                    Edit{"Release",
                         [](Spec& spec) {
                           spec.release = "2025.2";
                           spec.images.heat.reference = "localhost/heat:2025.2";
                         }},
                    Edit{"Broker", [](Spec& spec) { spec.config.rabbitmq = "heartbeat = 30\n"; }},
                    Edit{"BrokerLogin",
                         [](Spec& spec) { std::get<ManagedBroker>(spec.broker.kind).credentials_generation = 2; }},
                    Edit{"BrokerImage", [](Spec& spec) { spec.images.rabbitmq.reference = "localhost/rabbitmq:4.2"; }}),
    [](const testing::TestParamInfo<Edit>& each) { return each.param.name; });

}  // namespace
}  // namespace heat
