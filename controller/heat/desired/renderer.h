// Renders the objects of one HeatCluster when they are asked for, and remembers what they hash to.
#pragma once

#include <memory>
#include <optional>

#include "heat/desired/plan.h"
#include "heat/desired/prints.h"
#include "heat/observed.h"
#include "heat/spec.h"

namespace heat {

// Holds copies of what it reads: an object may be rendered after the pass has looked at the world again. Not
// thread-safe.
class Renderer {
 public:
  // `prints` is emptied where it was made from anything else.
  Renderer(Spec spec, const Observed& observed, std::shared_ptr<Prints> prints);
  Renderer(const Renderer&) = delete;
  Renderer& operator=(const Renderer&) = delete;

  const Spec& spec() const { return spec_; }
  const LiveState& live() const { return live_; }
  const Plan& plan();
  Prints& prints() { return *prints_; }

 private:
  std::string inputs() const;

  const Spec spec_;
  Observed read_;  // only what rendering reads of it: the Secrets
  const LiveState live_;
  const std::shared_ptr<Prints> prints_;
  std::optional<Plan> plan_;
};

}  // namespace heat
