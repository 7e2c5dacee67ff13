// One run of a workload: the steps, the fault, the verdict.
#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "property/campaign.h"
#include "property/promises.h"

namespace property {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds silence{1000};       // of writes, after which a converged world counts as silent
constexpr milliseconds short_silence{300};  // after which what a frozen view has set off is over

std::chrono::steady_clock::time_point in_one_step() { return std::chrono::steady_clock::now() + step_deadline; }

std::chrono::steady_clock::time_point in_a_moment() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(10);
}

class Runner {
 public:
  Runner(const Workload& workload, const Plan& plan, const Reference* reference)
      : workload_(workload), plan_(plan), reference_(reference), world_(workload.kind, workload.secret_poll) {}

  Run run() {
    world_.operator_process().start();
    for (const Step& step : workload_.before) {
      if (!perform(step)) return finish();
    }
    if (!world_.server().log().wait_quiet(short_silence, in_one_step()))
      problem("no silence before the workload begins");
    world_.server().log().clear();
    if (workload_.restores) begin_ = end_state(world_.server().store());
    arm();
    perform_steps();
    if (run_.problems.empty()) judge();
    return finish();
  }

 private:
  void problem(const std::string& text) { run_.problems.push_back(text); }

  // The plan may take the HeatCluster away between two steps: an act meets it as it was before or as it is after.
  void act(const Step& step) {
    const std::lock_guard lock(act_mutex_);
    if (!deleted_) step.act(world_);
  }

  bool perform(const Step& step) {
    act(step);
    if (world_.wait([&] { return deleted_ || step.done(world_); })) return true;
    problem("step \"" + step.name + "\" did not come to its end");
    return false;
  }

  void arm() {
    if (plan_.fault == Plan::Fault::refuse) refuse_write();
    if (plan_.fault == Plan::Fault::usurp) usurp_place();
    world_.server().on_write([this](int number, const fake_api::Request&, const fake_api::Response&) {
      if (number != plan_.write) return fake_api::AfterWrite{};
      version_ = world_.server().store().version();
      return strike();
    });
  }

  fake_api::AfterWrite strike() {
    using Reply = fake_api::AfterWrite::Reply;
    switch (plan_.fault) {
      case Plan::Fault::lose_answer:
        run_.fired = true;
        return {Reply::half, {}};
      case Plan::Fault::hang_up:
        run_.fired = true;
        return {Reply::none, {}};
      case Plan::Fault::kill:
        run_.fired = true;
        world_.server().close_gate();  // nothing more of this life may come through
        return {Reply::whole, [this] { restart(); }};
      case Plan::Fault::remove: {
        const std::lock_guard lock(act_mutex_);
        run_.fired = deleted_ = true;
        world_.delete_cluster();
        return {};
      }
      case Plan::Fault::replace: {
        const std::lock_guard lock(act_mutex_);
        run_.fired = true;
        world_.replace_cluster();
        return {};
      }
      default:
        return {};
    }
  }

  void restart() {
    world_.operator_process().kill();
    world_.server().open_gate();
    world_.operator_process().start();
  }

  void refuse_write() {
    fake_api::Fault fault;
    fault.match.writes_only = true;
    fault.match.where = [](const fake_api::Request& request) {
      return request.resource != nullptr && request.resource->plural != "events";
    };
    fault.skip = plan_.write - 1;
    fault.instead = fake_api::refusal(500, "InternalError", "refused by the plan");
    refusal_ = world_.server().faults().add(std::move(fault));
  }

  // Somebody deletes what the operator is about to delete, and makes an object of their own under that name.
  void usurp_place() {
    fake_api::Fault fault;
    fault.match.where = [this, deletes = 0](const fake_api::Request& request) mutable {
      if (request.verb != fake_api::Verb::remove || ++deletes != plan_.write) return false;
      json::Value theirs = world_.api().read(request.key());
      if (theirs.is_null()) return false;
      world_.api().remove(request.key());
      theirs["metadata"] = {{"name", request.name}, {"namespace", request.namespace_name}};
      if (theirs.contains("data")) theirs["data"] = {{"theirs", "yes"}};
      theirs.erase("status");
      if (request.resource->plural == "jobs") theirs["spec"].erase("selector");
      const std::string uid = json::string_at(world_.api().create(theirs), "/metadata/uid");
      const std::lock_guard lock(usurped_mutex_);
      usurped_ = Usurped{request.key(), uid};
      return false;
    };
    world_.server().faults().add(std::move(fault));
  }

  void perform_steps() {
    if (plan_.fault == Plan::Fault::unobserved || plan_.fault == Plan::Fault::relist) {
      perform_unobserved();
      return;
    }
    for (const Step& step : workload_.steps) {
      if (!perform(step) || deleted_) return;
    }
    if (plan_.fault == Plan::Fault::refuse) run_.fired = world_.server().faults().fired(refusal_) > 0;
    if (plan_.fault == Plan::Fault::stale && version_ > 0) restart_onto_the_past();
  }

  void perform_unobserved() {
    fake_api::Store& store = world_.server().store();
    const fake_api::Version begin = store.version();
    store.freeze(plan_.kinds);
    for (const Step& step : workload_.steps) {
      step.act(world_);
      await_silence("while its view is frozen");
    }
    for (const fake_api::Change& change : store.changes(begin)) {
      run_.fired = run_.fired || plan_.kinds.empty() || plan_.kinds.contains(change.key.plural);
    }
    if (plan_.fault == Plan::Fault::relist) ++world_.server().watches().expiries;  // seen before anything is told
    store.thaw(true);
    await_last_step();
  }

  void restart_onto_the_past() {
    fake_api::Server& server = world_.server();
    await_silence("after the last step");
    world_.operator_process().kill();
    run_.fired = version_ < server.store().version();
    server.store().freeze_at(version_);
    OperatorProcess& process = world_.operator_process();
    const int lives = process.lives_begun();
    process.start();
    if (!world_.wait([&] { return process.lives_begun() > lives; }))
      problem("the operator does not start on a frozen view");
    await_silence("on a view of the past");
    server.store().thaw(false);
    await_last_step();
  }

  void await_silence(const std::string& when) {
    if (!world_.server().log().wait_quiet(short_silence, in_a_moment(), true))
      problem("it does not stop writing " + when);
  }

  void await_last_step() {
    const Step& last = workload_.steps.back();
    if (!world_.wait([&] { return last.done(world_); })) problem("it did not come to its end: " + last.name);
  }

  void judge() {
    const fake_api::RequestLog& log = world_.server().log();
    // What prunes may come after the last step is done, and the plan's write be among it.
    if (plan_.fault == Plan::Fault::remove) log.wait_quiet(short_silence, in_one_step());
    if (deleted_ && !world_.wait([&] { return world_.gone(); })) {
      problem("something is left of a HeatCluster that was deleted");
    }
    // Equal and silent at the same time: on a busy machine a second may pass between two writes.
    const bool comparable = reference_ != nullptr && !deleted_;
    const auto deadline = in_one_step();
    do {
      if (comparable) world_.wait([&] { return unlike().empty(); });
      if (!log.wait_quiet(silence, in_one_step())) problem("it never stops writing");
    } while (comparable && !unlike().empty() && std::chrono::steady_clock::now() < deadline);
    judge_end();
    judge_history();
    if (comparable) compare_with_reference();
  }

  void judge_end() {
    if (deleted_) {
      if (!world_.gone()) problem("something came back of a HeatCluster that was deleted");
      return;
    }
    const Step& last = workload_.steps.back();
    if (!last.done(world_)) problem("it did not stay so: " + last.name);
    if (!workload_.restores) return;
    for (const std::string& difference : differences(begin_, end_state(world_.server().store()), {})) {
      if (!is_usurped(difference)) problem("not as before the steps: " + difference);
    }
  }

  void judge_history() {
    const History history(world_.server().store());
    const std::vector<fake_api::LoggedWrite> writes = world_.server().log().writes();
    for (const std::string& broken : broken_promises(history, writes)) problem(broken);
    for (const std::string& left : left_behind(history)) {
      if (!is_usurped(left)) problem(left);
    }
    const std::optional<Usurped> theirs = usurped();
    if (theirs && json::string_at(world_.api().read(theirs->key), "/metadata/uid") != theirs->uid) {
      problem("somebody else's object was deleted: " + theirs->key.text());
    }
    // After a lost answer or a view of the past it cannot know better.
    const Faults knows_less = lost_and_stale;
    if (knows_less.contains(plan_.fault) && plan_.fault != Plan::Fault::refuse) return;
    // Nor does an answer of 5xx say that nothing was stored: the next write of that object may be one too many.
    std::set<std::pair<fake_api::Key, std::string>> in_doubt;
    for (const fake_api::LoggedWrite& write : writes) {
      const std::pair object(write.key, write.subresource);
      if (write.no_effect && !in_doubt.contains(object)) problem("written though it was so already: " + write.text());
      if (write.status >= 500) {
        in_doubt.insert(object);
      } else {
        in_doubt.erase(object);
      }
    }
  }

  // What took the place of an object that the operator was about to delete.
  struct Usurped {
    fake_api::Key key;
    std::string uid;
  };
  std::optional<Usurped> usurped() const {
    const std::lock_guard lock(usurped_mutex_);
    return usurped_;
  }

  bool is_usurped(const std::string& text) const {
    const std::optional<Usurped> theirs = usurped();
    return theirs && text.find(theirs->key.name) != std::string::npos;
  }

  void compare_with_reference() {
    for (const std::string& difference : unlike()) problem("end state: " + difference);
    const Faults same_history = {Plan::Fault::none, Plan::Fault::kill, Plan::Fault::lose_answer, Plan::Fault::hang_up,
                                 Plan::Fault::refuse};
    if (!same_history.contains(plan_.fault) || !counts_are_the_same(workload_)) return;
    const fake_api::RequestLog& log = world_.server().log();
    const fake_api::Store& store = world_.server().store();
    compare("creates", reference_->creates, counts(log.creates(), store));
    compare("deletes", reference_->deletes, counts(log.deletes(), store));
  }

  std::vector<std::string> unlike() {
    std::vector<std::string> found =
        differences(reference_->state, end_state(world_.server().store()), reference_->masked);
    std::erase_if(found, [this](const std::string& difference) { return is_usurped(difference); });
    return found;
  }

  void compare(const std::string& what, const Counts& expected, const Counts& actual) {
    Counts all = expected;
    all.insert(actual.begin(), actual.end());
    for (const auto& [key, unused] : all) {
      const int wanted = expected.contains(key) ? expected.at(key) : 0;
      const int is = actual.contains(key) ? actual.at(key) : 0;
      if (wanted != is) {
        problem(what + " of " + key + ": " + std::to_string(is) + " instead of " + std::to_string(wanted));
      }
    }
  }

  Run finish() {
    if (world_.operator_process().crashed()) problem("the operator has ended on its own account");
    world_.server().on_write({});
    const fake_api::RequestLog& log = world_.server().log();
    run_.fired = run_.fired || usurped();
    run_.state = end_state(world_.server().store());
    run_.creates = counts(log.creates(), world_.server().store());
    run_.deletes = counts(log.deletes(), world_.server().store());
    run_.writes = log.writes();
    if (!run_.problems.empty()) {
      run_.log = world_.operator_process().log_tail(40) + "status: " + world_.status().dump() +
                 "\nStatefulSet: " + world_.engine().dump() + "\n";
    }
    return std::move(run_);
  }

  const Workload& workload_;
  const Plan plan_;
  const Reference* const reference_;
  World world_;
  std::atomic<fake_api::Version> version_ = 0;  // right after the write that the plan names
  std::size_t refusal_ = 0;
  EndState begin_;                     // of a workload that restores
  std::atomic<bool> deleted_ = false;  // the HeatCluster, by the plan
  std::mutex act_mutex_;               // held by whoever changes the HeatCluster: a step or the plan
  mutable std::mutex usurped_mutex_;
  std::optional<Usurped> usurped_;  // guarded by usurped_mutex_
  Run run_;
};

}  // namespace

Run run(const Workload& workload, const Plan& plan, const Reference* reference) {
  return Runner(workload, plan, reference).run();
}

}  // namespace property
