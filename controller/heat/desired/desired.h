// The core of the operator: what must exist, in which order, gated by what. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "heat/desired/prints.h"
#include "heat/observed.h"
#include "heat/spec.h"
#include "json/json.h"
#include "kube/model/resource_type.h"

namespace heat {

struct Plan;
class Renderer;

// An object that shall exist. It is rendered when its body is asked for, and its hash is remembered (Prints), so that a
// pass that changes nothing renders nothing. For one thread at a time.
class DesiredObject {
 public:
  using Make = std::function<json::Value(const Plan&)>;

  // With its body, or without: in a stage that is held for what is there already.
  DesiredObject(const kube::ResourceType& type, std::string name, json::Value body = {});
  DesiredObject(const kube::ResourceType& type, std::string name, std::shared_ptr<Renderer> renderer, Make make);

  // The full apply body, ownerReference and labels included, in the server's canonical form.
  const json::Value& body() const;
  // kube::applied_hash of the body.
  std::uint64_t hash() const;
  // Of a workload: the hash of its pod template, as the template's annotation has it.
  const std::string& pod_template() const;

  const kube::ResourceType* type;  // one of kube::types
  std::string name;

 private:
  std::uint64_t key() const;

  std::shared_ptr<Renderer> renderer_;
  mutable Make make_;  // until the body is rendered
  mutable json::Value body_;
};

struct Stage {
  enum class Mode {
    apply,   // bring every object of the stage to its body
    hold,    // leave what is there exactly as it is, prune nothing of it
    absent,  // nothing of it may exist
  };
  std::string
      name;  // "credentials", "configuration", "database", "maintenance", …, or a component's (heat/component.h)
  Mode mode = Mode::apply;
  std::string reason;  // for hold: why, as people read it ("waiting for Job heat-db-sync-1a2b3c4d")
  std::vector<DesiredObject> objects;
};

// What a workload's pods are made from, without its body.
struct WantedPods {
  std::int64_t replicas = 0;
  ConfigurationPrint configuration;
};

struct Desired {
  std::vector<Stage> stages;
  std::map<Component, WantedPods> pods;  // of each component that there shall be
  std::string draining_release;          // heat/desired/engine_drain.h
  std::string kept_broker_image;  // that its nodes have until a Job has found that the wanted one can follow, or empty
  // Children of ours that may stay though no stage names them: configuration that a running pod may still read.
  // Everything else of ours that no stage names is pruned.
  std::vector<std::string> keep_config_maps;
  // The broker's claims that are too small, with the size that they shall have and nothing else. After all stages,
  // since whether a volume can grow is for its storage to say.
  std::vector<DesiredObject> growths;
};

// Secrets whose content must be drawn at random before desired() can be rendered; the shell creates each with
// create-only semantics and reads it back on AlreadyExists.
struct MissingSecret {
  std::string name;
  json::Value labels;
  std::string key;           // data key
  std::size_t random_bytes;  // drawn, written as lower-case hex
};
// Empty also where the encryption key is gone though a database was made with it: that is Problem, never a new key.
std::vector<MissingSecret> missing(const Spec& spec, const Observed& observed);

// Names of the Secrets that problems(), missing() and desired() read, the HeatCluster's own among them.
std::vector<std::string> secret_names(const Spec& spec);

// What the user must mend before anything may change: the Secrets' contents, a lost encryption key, and whatever the
// schema cannot refuse. Empty: desired() may be called.
std::vector<Problem> problems(const Spec& spec, const Observed& observed);

// Until when problems() stays without a certificate that is out of time, as far as nothing else changes: RFC 3339,
// empty for ever. For a world in which it finds nothing.
std::string valid_until(const Spec& spec, const Observed& observed);

// Needs problems() and missing() to be empty. `known` is what an earlier call for this HeatCluster left there, whatever
// has changed since; it is brought up to date while the objects are used. Null: nothing is known.
Desired desired(const Spec& spec, const Observed& observed, std::shared_ptr<Prints> known = nullptr);

}  // namespace heat
