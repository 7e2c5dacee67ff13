#include "runtime/controller.h"

#include <exception>
#include <utility>

#include "base/hash.h"
#include "base/logging.h"

namespace runtime {
namespace {

// controller-runtime's buckets, so that its dashboards fit.
const std::vector<double>& time_buckets() {
  static const std::vector<double> buckets{
      0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5,
      1.75,  2.0,  2.5,   3.0,  3.5, 4.0,  4.5, 5,    6,   7,    8,   9,    10,  15,  20,  25,  30,  40,  50,   60};
  return buckets;
}

}  // namespace

Controller::Controller(Settings settings, Queue& queue, Reconcile reconcile, const base::Clock& clock,
                       base::Metrics& metrics)
    : settings_(std::move(settings)),
      queue_(queue),
      reconcile_(std::move(reconcile)),
      clock_(clock),
      meters_(meters(settings_.name, metrics)),
      id_prefix_(base::random_hex(4)) {
  meters_.max_concurrent.Set(settings_.workers);
}

Controller::~Controller() { stop({}); }

Controller::Meters Controller::meters(const std::string& name, base::Metrics& metrics) {
  const auto result = [&](const char* value) -> prometheus::Counter& {
    return metrics.counter("controller_runtime_reconcile_total", "Reconciles, by result.",
                           {{"controller", name}, {"result", value}});
  };
  const base::Metrics::Labels labels{{"controller", name}};
  return {
      result("success"),
      result("error"),
      result("requeue"),
      result("requeue_after"),
      metrics.counter("controller_runtime_reconcile_errors_total", "Reconciles that failed.", labels),
      metrics.counter("controller_runtime_terminal_reconcile_errors_total", "Failures that are not tried again.",
                      labels),
      metrics.counter("controller_runtime_reconcile_panics_total", "Exceptions out of a reconcile.", labels),
      metrics.counter("controller_runtime_reconcile_timeouts_total", "Reconciles that ran into a time limit.", labels),
      metrics.histogram("controller_runtime_reconcile_time_seconds", "How long a reconcile takes.", labels,
                        time_buckets()),
      metrics.gauge("controller_runtime_max_concurrent_reconciles", "Workers.", labels),
      metrics.gauge("controller_runtime_active_workers", "Workers that have a key in hand.", labels),
  };
}

void Controller::start() {
  {
    const std::lock_guard lock(mutex_);
    running_ = settings_.workers;
  }
  workers_.reserve(settings_.workers);
  for (unsigned i = 0; i < settings_.workers; ++i) {
    workers_.emplace_back([this](std::stop_token stop) { work(std::move(stop)); });
  }
}

void Controller::stop(base::Duration grace) {
  queue_.shut_down();
  {
    std::unique_lock lock(mutex_);
    if (!all_ended_.wait_for(lock, grace, [this] { return running_ == 0; })) {
      const auto late = queue_.longest_in_hand();
      base::log::warn("work in hand has not ended in time and is told to stop",
                      {{"controller", settings_.name}, {"key", late ? late->key.text() : std::string()}});
    }
  }
  for (std::jthread& worker : workers_) worker.request_stop();
  workers_.clear();  // joins
}

void Controller::work(std::stop_token stop) {
  while (const auto key = queue_.get(stop)) {
    handle(*key, stop);
    queue_.done(*key);
  }
  const std::lock_guard lock(mutex_);
  if (--running_ == 0) all_ended_.notify_all();
}

void Controller::handle(const kube::ObjectKey& key, std::stop_token stop) {
  const Context context{key, next_id(), queue_.depth()};
  meters_.active.Increment();
  const base::Monotonic begin = clock_.now();
  const Outcome outcome = reconcile_caught(context, stop);
  meters_.seconds.Observe(std::chrono::duration<double>(clock_.now() - begin).count());
  meters_.active.Decrement();
  settle(context, outcome, stop.stop_requested());
}

// An exception is a bug, and no reason to end the other keys' work: it is counted, told and tried again.
Outcome Controller::reconcile_caught(const Context& context, std::stop_token stop) {
  std::string what;
  try {
    return reconcile_(context, std::move(stop));
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {
    what = "not a std::exception";
  }
  meters_.panics.Increment();
  return Outcome::retry("a bug: exception out of the reconcile: " + what);
}

void Controller::settle(const Context& context, const Outcome& outcome, bool stopping) {
  const auto tell = [&](const char* message) {
    base::log::error(message, {{"controller", settings_.name},
                               {"namespace", context.key.namespace_name},
                               {"name", context.key.name},
                               {"reconcileID", context.reconcile_id},
                               {"error", outcome.message}});
  };
  switch (outcome.kind) {
    case Outcome::Kind::done:
      queue_.forget(context.key);
      meters_.success.Increment();
      break;
    case Outcome::Kind::after:
      queue_.forget(context.key);
      queue_.add_after(context.key, outcome.delay);
      meters_.requeue_after.Increment();
      break;
    case Outcome::Kind::retry:
      if (stopping) break;  // cut short by us: nothing failed
      queue_.add_rate_limited(context.key, outcome.delay);
      meters_.error.Increment();
      meters_.errors.Increment();
      tell("reconcile failed, and is tried again");
      break;
    case Outcome::Kind::terminal:
      queue_.forget(context.key);
      meters_.error.Increment();
      meters_.errors.Increment();
      meters_.terminal_errors.Increment();
      tell("reconcile failed, and waits for a change of the object");
      break;
  }
}

std::string Controller::next_id() { return id_prefix_ + "-" + std::to_string(++last_id_); }

}  // namespace runtime
