#include "kube/model/object.h"

namespace kube {

json::Value Object::parsed() const {
  if (fields.empty()) return json::Value::object();
  return json::parse(fields).value_or(json::Value::object());
}

}  // namespace kube
