// One fault, thrown into one place of one workload.
#pragma once

#include <set>
#include <string>

namespace property {

struct Plan {
  enum class Fault {
    none,         // the reference
    kill,         // the operator is killed right after write `write` was acknowledged, and started again
    lose_answer,  // write `write` is done, its answer breaks off
    hang_up,      // write `write` is done, then the connection is closed: the HTTP library asks again by itself
    refuse,       // write `write` is answered 500 without being done
    stale,       // at the end the operator is started onto a view as old as write `write`, which comes up to date later
    remove,      // the HeatCluster is deleted right after write `write`
    replace,     // … and another one made under its name, before anything of the first is collected
    usurp,       // before delete `write` the object is replaced by somebody else's of the same name
    unobserved,  // while the steps are done, watches of `kinds` tell nothing; then only the last state of each object
    relist,      // the same, but then those watches end with 410 Expired: only a list tells what has gone
  };
  Fault fault = Fault::none;
  int write = 0;
  std::set<std::string> kinds;  // empty: all

  std::string text() const;
};

}  // namespace property
