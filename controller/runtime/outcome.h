// What a reconcile says about the key it worked on: the four outcomes.
#pragma once

#include <string>

#include "base/clock.h"

namespace runtime {

struct Outcome {
  enum class Kind {
    done,      // nothing to do until something changes
    after,     // look again after `delay`, whatever happens; counts as success
    retry,     // failed in a way that may pass: again with backoff (at least `delay`, where the server asked for it)
    terminal,  // failed in a way that only a change of the object mends: counted, not repeated
  };
  Kind kind = Kind::done;
  base::Duration delay{0};
  std::string message;  // of retry and terminal, for the log

  static Outcome done() { return {}; }
  static Outcome after(base::Duration delay) { return {Kind::after, delay, {}}; }
  static Outcome retry(std::string message, base::Duration at_least = {}) {
    return {Kind::retry, at_least, std::move(message)};
  }
  static Outcome terminal(std::string message) { return {Kind::terminal, {}, std::move(message)}; }
};

}  // namespace runtime
