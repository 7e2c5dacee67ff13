// Objects as a real API server (1.37) stored them, and the bodies that were applied: tests/unit/kube/testdata.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "json/json.h"
#include "kube/model/object.h"

inline std::string sample_text(const std::string& name) {
  std::ifstream file(std::string(HEAT_OPERATOR_SOURCE_DIR) + "/tests/unit/kube/testdata/" + name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline json::Value sample(const std::string& name) { return json::parse(sample_text(name)).value(); }

// An object of the default kind of these tests.
inline kube::ObjectPtr make_object(const std::string& name, const std::string& uid, const std::string& version,
                                   const std::string& fields = "", const std::string& owner_uid = "") {
  auto object = std::make_shared<kube::Object>();
  object->key = {"ns", name};
  object->uid = uid;
  object->resource_version = version;
  object->fields = fields;
  object->owner_uid = owner_uid;
  return object;
}
