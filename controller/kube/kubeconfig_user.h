// From the entries that a kubeconfig's context names to credentials. Called by kubeconfig.cpp.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "json/json.h"
#include "kube/credentials.h"

namespace kube {

// One entry of a kubeconfig's lists, with where it came from.
struct KubeconfigEntry {
  json::Value value;   // what stands under `cluster:`, `user:` or `context:`; an object
  std::string name;    // how messages name it: `/home/a/.kube/config: user "admin"`
  std::string folder;  // relative paths are relative to it

  // A path of this entry, made absolute.
  std::string path(const std::string& written) const;
};

// The user's credentials, the cluster's authority among them. Everything is read once, so that what is wrong is said
// now.
base::Result<std::shared_ptr<Credentials>> make_credentials(const KubeconfigEntry& cluster, const KubeconfigEntry& user,
                                                            const std::map<std::string, std::string>& environment,
                                                            const base::Clock& clock);

}  // namespace kube
