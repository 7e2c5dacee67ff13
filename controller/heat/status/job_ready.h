// A condition that a one-time Job stands for.
#pragma once

#include <string>
#include <string_view>

#include "heat/status/situation.h"

namespace heat {

// What differs between the Jobs.
struct JobWords {
  std::string_view type;  // of the condition
  std::string_view done, running, failed;
  std::string when_done;
  std::string doing;  // after "Job x ": what it is about
};

// Where `job` is not there it is being created, or waits for the broker.
Condition job_ready(const Situation& situation, const JobSituation& job, const JobWords& words);

}  // namespace heat
