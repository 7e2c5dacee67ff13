// Values for one place, made from its schema.
#pragma once

#include <string>
#include <vector>

#include "walk/schema.h"

namespace walk {

struct Samples {
  std::vector<json::Value> ordinary;  // different in meaning from one another and from the value that is there
  std::vector<json::Value> extreme;   // the smallest and the largest that the schema lets through
  std::vector<json::Value> hostile;   // let through, and as troublesome as that allows
  std::vector<json::Value> wrong;     // refused
};

// `current` is what stands there now, or null.
Samples samples(const Place& place, const json::Value& current);

// What breaks quoting, sections, lines, templates or shells where somebody forgets to look.
const std::vector<std::string>& hostile_texts();

}  // namespace walk
