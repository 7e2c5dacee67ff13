// What is left on the server when a run is over, in a form in which two runs can be compared.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "fake_api/store.h"

namespace property {

// Every value of every object by its path ("statefulsets/openstack/heat-engine /spec/replicas"), without what differs
// between any two runs: identities, versions, times. A UID is replaced by the name of the object that has it; where the
// operator drew the encryption key, the hash in the name of the one db-sync Job, which follows from it, by a star.
using EndState = std::map<std::string, std::string>;

EndState end_state(const fake_api::Store& store);

// How often something happened to each object.
using Counts = std::map<std::string, int>;
Counts counts(const std::map<fake_api::Key, int>& by_key, const fake_api::Store& store);

// Paths whose values differ, one line each, `masked` ones left out.
std::vector<std::string> differences(const EndState& expected, const EndState& actual,
                                     const std::set<std::string>& masked);

// What is random in the operator's own doing: paths that are in both with different values.
std::set<std::string> unstable_paths(const EndState& first, const EndState& second);

}  // namespace property
