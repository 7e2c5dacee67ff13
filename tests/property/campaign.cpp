#include "property/campaign.h"

#include <atomic>
#include <cstdlib>
#include <future>
#include <iostream>
#include <mutex>
#include <thread>

namespace property {
namespace {

constexpr unsigned runs_at_once = 12;  // each waits for its operator most of the time
constexpr std::size_t problems_shown = 20;

void report(const Workload& workload, const Plan& plan, const Run& run) {
  std::cout << "FAILED " << workload.name << ", " << plan.text() << "\n";
  for (std::size_t i = 0; i < run.problems.size() && i < problems_shown; ++i) {
    std::cout << "    " << run.problems[i] << "\n";
  }
  if (run.problems.size() > problems_shown)
    std::cout << "    and " << run.problems.size() - problems_shown << " more\n";
  for (const fake_api::LoggedWrite& write : run.writes) std::cout << "    " << write.text() << "\n";
  std::cout << run.log << std::flush;
}

}  // namespace

Reference make_reference(const Workload& workload, std::vector<std::string>& problems) {
  std::future<Run> other = std::async(std::launch::async, [&] { return run(workload, {}, nullptr); });
  const Run first = run(workload, {}, nullptr);
  const Run second = other.get();
  for (const Run* one : {&first, &second}) {
    if (!one->problems.empty()) report(workload, {}, *one);
    problems.insert(problems.end(), one->problems.begin(), one->problems.end());
  }
  Reference reference{first.state, unstable_paths(first.state, second.state), first.creates, first.deletes,
                      static_cast<int>(std::max(first.writes.size(), second.writes.size()))};
  for (const std::string& difference : differences(first.state, second.state, reference.masked)) {
    problems.push_back("two unperturbed runs differ: " + difference);
  }
  const bool same = counts_are_the_same(workload);
  if (same && first.creates != second.creates) problems.emplace_back("two unperturbed runs create differently");
  if (same && first.deletes != second.deletes) problems.emplace_back("two unperturbed runs delete differently");
  const bool told = !first.problems.empty() || !second.problems.empty();
  if (!told && !problems.empty()) report(workload, {}, first);
  return reference;
}

std::vector<Plan> plans_for(const Workload& workload, const Reference& reference) {
  std::vector<Plan> plans;
  for (int write = 1; write <= reference.writes; ++write) {
    for (const Plan::Fault fault : workload.faults) plans.push_back({fault, write, {}});
  }
  // What restores wants the object again that somebody else's is in the place of by then.
  int deletes = 0;
  for (const auto& [key, count] : reference.deletes) deletes += workload.restores ? 0 : count;
  for (int write = 1; write <= deletes; ++write) plans.push_back({Plan::Fault::usurp, write, {}});
  using Kinds = std::set<std::string>;
  for (const Kinds& kinds : {Kinds{}, Kinds{"heatclusters"}, Kinds{"statefulsets", "deployments"}, Kinds{"jobs"},
                             Kinds{"configmaps", "services", "serviceaccounts"}}) {
    plans.push_back({Plan::Fault::unobserved, 0, kinds});
    plans.push_back({Plan::Fault::relist, 0, kinds});
  }
  return plans;
}

Summary run_campaign(const Workload& workload, const Reference& reference) {
  const char* filter = std::getenv("HEAT_OPERATOR_PLAN");
  const bool first_failure_is_enough = std::getenv("HEAT_OPERATOR_FIRST_FAILURE") != nullptr;
  std::vector<Plan> plans = plans_for(workload, reference);
  if (filter != nullptr) {
    std::erase_if(plans, [&](const Plan& plan) { return plan.text().find(filter) == std::string::npos; });
  }
  Summary summary;
  std::mutex mutex;  // guards summary and the output
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t at = next++; at < plans.size(); at = next++) {
      const Run result = run(workload, plans[at], &reference);
      const std::lock_guard lock(mutex);
      summary.fired += result.fired ? 1 : 0;
      if (result.problems.empty()) continue;
      ++summary.failed;
      if (first_failure_is_enough) next = plans.size();
      report(workload, plans[at], result);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < runs_at_once; ++i) threads.emplace_back(work);
  }
  return summary;
}

}  // namespace property
