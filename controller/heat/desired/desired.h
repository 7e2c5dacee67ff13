// The core of the operator: what must exist, in which order, gated by what. Pure.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "heat/observed.h"
#include "heat/spec.h"
#include "json/json.h"
#include "kube/model/resource_type.h"

namespace heat {

struct DesiredObject {
  const kube::ResourceType* type = nullptr;  // one of kube::types
  std::string name;
  json::Value body;  // the full apply body, ownerReference and labels included, in the server's canonical form; may be
                     // null in a stage that is held
};

struct Stage {
  enum class Mode {
    apply,   // bring every object of the stage to its body
    hold,    // leave what is there exactly as it is, prune nothing of it
    absent,  // nothing of it may exist
  };
  std::string name;  // "credentials", "configuration", "database", "maintenance", or a component's (heat/component.h)
  Mode mode = Mode::apply;
  std::string reason;  // for hold: why, as people read it ("waiting for Job heat-db-sync-1a2b3c4d")
  std::vector<DesiredObject> objects;
};

struct Desired {
  std::vector<Stage> stages;
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

// Needs problems() and missing() to be empty.
Desired desired(const Spec& spec, const Observed& observed);

}  // namespace heat
