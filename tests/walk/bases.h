// Where the walk begins (bases.yaml), and from where each place is walked.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "heat/observed.h"
#include "json/json.h"
#include "walk/schema.h"

namespace walk {

struct Base {
  std::string name;
  json::Value cluster;  // a HeatCluster
};

const std::vector<Base>& bases();

// What stands in a Secret of that name, whatever it is for; another name gives another content, so that it shows which
// one is read.
heat::SecretData secret_content(const std::string& name);

// Whether a value of this place can be acted on in this base.
bool takes(const Base& base, const Place& place);

}  // namespace walk
