// A chain of declared states, each reached from the one before by the real operator on the fake API server.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "property/end_state.h"
#include "property/world.h"
#include "walk/walk.h"

namespace walk {

// One world with one HeatCluster in it. Used by one thread.
class Declared {
 public:
  explicit Declared(const json::Value& cluster);

  // Makes the Secrets that it names, writes it, and waits until the operator has brought everything to it; false where
  // that does not happen, or where somebody must mend something.
  bool declare(const json::Value& cluster);
  // Writes it, and waits until the operator says that it will not act on it. Returns what it says; empty: it acts.
  std::string declare_refused(const json::Value& cluster);

  const json::Value& cluster() const { return cluster_; }
  bool is_quiet(std::chrono::milliseconds span);
  // Without what depends on the way: identities, times, who wrote the HeatCluster, and of the db-sync Job everything
  // but its being there, since a Job that is done stays as it was made.
  property::EndState state() const;
  std::string last_words() const;
  int writes() const;

 private:
  void make_secrets();
  bool settled() const;
  std::string condition(const std::string& type, const char* field) const;
  bool seen() const;

  json::Value cluster_;
  mutable property::World world_;
};

struct ChainResult {
  std::size_t steps = 0;
  std::size_t checkpoints = 0;
  std::vector<std::string> problems;
};

// Through these places, all of one base: each is set, changed and taken away while others keep what they have.
ChainResult walk_chain(const std::vector<Stop>& stops);

// Places that cannot change while what they are about is there: CEL refuses it, or the operator says so.
bool is_fixed(const std::string& path);

}  // namespace walk
