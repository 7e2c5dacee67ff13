// Names what each stage holds, in order; nothing is rendered here.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "heat/desired/desired.h"
#include "heat/desired/renderer.h"

namespace heat {

class Catalogue {
 public:
  explicit Catalogue(std::shared_ptr<Renderer> renderer) : renderer_(std::move(renderer)) {}

  Stage credentials() const;
  // The ConfigMap of each component.
  Stage configuration() const;
  // The db-sync Job.
  Stage database() const;
  // The Job that asks the broker's nodes whether another image can follow. Empty where none waits for that.
  Stage broker_check() const;
  // The Job that removes former users of the broker. Empty where there can be none.
  Stage broker_users() const;
  // Keystone's bootstrap Job. Empty where it is not asked for.
  Stage identity() const;
  Stage maintenance() const;
  // What lets clients in and out stands before the pods, and the workload last. Empty where there is no such component.
  Stage component(Component component) const;

 private:
  void add(Stage& stage, const kube::ResourceType& type, std::string name, DesiredObject::Make make) const;
  const Spec& spec() const { return renderer_->spec(); }

  const std::shared_ptr<Renderer> renderer_;
};

}  // namespace heat
