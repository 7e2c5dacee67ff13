// Runs one workload unperturbed, then once for each plan, and judges each run by its difference to the first.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "fake_api/request_log.h"
#include "property/end_state.h"
#include "property/plan.h"
#include "property/workload.h"

namespace property {

struct Run {
  bool fired = false;                 // the fault has really happened
  std::vector<std::string> problems;  // empty: converged, and then silent
  EndState state;
  Counts creates;
  Counts deletes;
  std::vector<fake_api::LoggedWrite> writes;
  std::string log;  // the operator's last words
};

struct Reference {
  EndState state;
  std::set<std::string> masked;
  Counts creates;
  Counts deletes;
  int writes = 0;
};

struct Summary {
  int fired = 0;
  int failed = 0;
};

// Without a reference nothing is compared: this run becomes one.
Run run(const Workload& workload, const Plan& plan, const Reference* reference);

// Two unperturbed runs: what differs between them is masked. Adds to `problems` where they cannot serve.
Reference make_reference(const Workload& workload, std::vector<std::string>& problems);

std::vector<Plan> plans_for(const Workload& workload, const Reference& reference);

// Runs every plan, some at the same time, and prints each one that fails with its differences. The environment variable
// HEAT_OPERATOR_PLAN limits it to plans whose text contains its value; with HEAT_OPERATOR_FIRST_FAILURE no plan is
// begun after one has failed.
Summary run_campaign(const Workload& workload, const Reference& reference);

}  // namespace property
