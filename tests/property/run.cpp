// One run of a workload: the steps, the fault, the verdict.
#include <atomic>

#include "property/campaign.h"

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
      : workload_(workload), plan_(plan), reference_(reference) {}

  Run run() {
    world_.operator_process().start();
    for (const Step& step : workload_.before) {
      if (!perform(step)) return finish();
    }
    if (!world_.server().log().wait_quiet(short_silence, in_one_step()))
      problem("no silence before the workload begins");
    world_.server().log().clear();
    arm();
    perform_steps();
    if (run_.problems.empty()) judge();
    return finish();
  }

 private:
  void problem(const std::string& text) { run_.problems.push_back(text); }

  bool perform(const Step& step) {
    step.act(world_);
    if (world_.wait([&] { return step.done(world_); })) return true;
    problem("step \"" + step.name + "\" did not come to its end");
    return false;
  }

  void arm() {
    if (plan_.fault == Plan::Fault::refuse) refuse_write();
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

  void perform_steps() {
    if (plan_.fault == Plan::Fault::unobserved) {
      perform_unobserved();
      return;
    }
    for (const Step& step : workload_.steps) {
      if (!perform(step)) return;
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
    store.thaw(true);
    await_last_step();
  }

  void restart_onto_the_past() {
    fake_api::Server& server = world_.server();
    await_silence("after the last step");
    world_.operator_process().kill();
    run_.fired = version_ < server.store().version();
    server.store().freeze_at(version_);
    const int reads = server.log().read_count();
    world_.operator_process().start();
    if (!world_.wait([&] { return server.log().read_count() > reads && server.active_watches() >= watched_kinds; })) {
      problem("the operator does not watch a frozen view");
    }
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
    // Equal and silent at the same time: on a busy machine a second may pass between two writes.
    const auto deadline = in_one_step();
    do {
      if (reference_ != nullptr) world_.wait([&] { return unlike().empty(); });
      if (!log.wait_quiet(silence, in_one_step())) problem("it never stops writing");
    } while (reference_ != nullptr && !unlike().empty() && std::chrono::steady_clock::now() < deadline);
    if (reference_ == nullptr) return;
    for (const std::string& difference : unlike()) problem("end state: " + difference);
    const bool same_history = plan_.fault != Plan::Fault::stale && plan_.fault != Plan::Fault::unobserved;
    if (!same_history) return;
    const fake_api::Store& store = world_.server().store();
    compare("creates", reference_->creates, counts(log.creates(), store));
    compare("deletes", reference_->deletes, counts(log.deletes(), store));
  }

  std::vector<std::string> unlike() {
    return differences(reference_->state, end_state(world_.server().store()), reference_->masked);
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

  static constexpr int watched_kinds = 10;

  const Workload& workload_;
  const Plan plan_;
  const Reference* const reference_;
  World world_;
  std::atomic<fake_api::Version> version_ = 0;  // right after the write that the plan names
  std::size_t refusal_ = 0;
  Run run_;
};

}  // namespace

Run run(const Workload& workload, const Plan& plan, const Reference* reference) {
  return Runner(workload, plan, reference).run();
}

}  // namespace property
