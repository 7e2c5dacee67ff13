// What kube-controller-manager and the nodes would do: Jobs run, StatefulSets get pods, orphans are collected.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <thread>

#include "fake_api/api.h"

namespace fake_api {

// Runs on a thread of its own until it is destroyed. Thread-safe: the modes may be changed at any time.
// No pod object is ever made: only the counts in the status follow.
class Simulation {
 public:
  enum class Jobs { succeed, fail, hang };

  explicit Simulation(Api& api);

  void set_jobs(Jobs mode) { jobs_ = mode; }
  // false: pods are made but never become ready.
  void set_pods_ready(bool ready) { pods_ready_ = ready; }
  // true: one pod at a time, each step a status of its own, as on a real node; else all at once.
  void set_stepwise(bool stepwise) { stepwise_ = stepwise; }
  // false: what has lost its owner stays for now.
  void set_collecting(bool collecting) { collecting_ = collecting; }

 private:
  void run(const std::stop_token& stop);
  void run_job(const json::Value& job);
  void run_stateful_set(const json::Value& set);
  void run_deployment(const json::Value& deployment);
  void collect_garbage();
  void collect(const Resource& kind, const json::Value& object, const std::set<std::string>& living);

  Api& api_;
  std::atomic<Jobs> jobs_ = Jobs::succeed;
  std::atomic<bool> pods_ready_ = true;
  std::atomic<bool> stepwise_ = true;
  std::atomic<bool> collecting_ = true;
  std::map<std::string, std::string> rolled_;  // of the thread: uid of a Deployment → template its updated pods have
  std::jthread thread_;                        // last: it uses the others
};

// The status that a StatefulSet gets next on its way to its spec; equal to the one it has where it has arrived.
json::Value next_stateful_set_status(const json::Value& set, bool pods_ready, bool stepwise);

// The same of a Deployment. `new_template`: no pod has its template yet.
json::Value next_deployment_status(const json::Value& deployment, bool new_template, bool pods_ready, bool stepwise);

}  // namespace fake_api
