#include "property/plan.h"

namespace property {

std::string Plan::text() const {
  const std::string number = std::to_string(write);
  switch (fault) {
    case Fault::none:
      return "reference";
    case Fault::kill:
      return "killed after write " + number;
    case Fault::lose_answer:
      return "answer to write " + number + " lost";
    case Fault::hang_up:
      return "hung up after write " + number;
    case Fault::refuse:
      return "write " + number + " refused with 500";
    case Fault::stale:
      return "restarted onto the view after write " + number;
    case Fault::remove:
      return "HeatCluster deleted after write " + number;
    case Fault::replace:
      return "HeatCluster replaced after write " + number;
    case Fault::usurp:
      return "another object in the place of what delete " + number + " is about";
    case Fault::unobserved:
    case Fault::relist: {
      std::string text = fault == Fault::relist ? "unobserved, then 410:" : "unobserved:";
      for (const std::string& kind : kinds) text += " " + kind;
      return kinds.empty() ? text + " everything" : text;
    }
  }
  return "";
}

}  // namespace property
