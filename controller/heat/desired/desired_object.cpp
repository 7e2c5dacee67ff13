#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "heat/desired/desired.h"
#include "heat/desired/renderer.h"
#include "heat/names.h"
#include "kube/model/applied_hash.h"

namespace heat {
namespace {

template <typename T>
const T* find(const std::vector<std::pair<std::uint64_t, T>>& known, std::uint64_t key) {
  const auto found = std::find_if(known.begin(), known.end(), [&](const auto& each) { return each.first == key; });
  return found == known.end() ? nullptr : &found->second;
}

}  // namespace

DesiredObject::DesiredObject(const kube::ResourceType& kind, std::string object_name, json::Value body)
    : type(&kind), name(std::move(object_name)), body_(std::move(body)) {}

DesiredObject::DesiredObject(const kube::ResourceType& kind, std::string object_name,
                             std::shared_ptr<Renderer> renderer, Make make)
    : type(&kind), name(std::move(object_name)), renderer_(std::move(renderer)), make_(std::move(make)) {}

const json::Value& DesiredObject::body() const {
  if (make_) {
    body_ = make_(renderer_->plan());
    make_ = nullptr;
  }
  return body_;
}

std::uint64_t DesiredObject::key() const {
  base::Hash64 hash;
  hash.add(type->plural);
  hash.add('/');
  hash.add(name);
  return hash.value();
}

std::uint64_t DesiredObject::hash() const {
  if (!renderer_) return kube::applied_hash(body());
  auto& hashes = renderer_->prints().hashes;
  const std::uint64_t own = key();
  if (const std::uint64_t* known = find(hashes, own)) return *known;
  const std::uint64_t made = kube::applied_hash(body());
  hashes.emplace_back(own, made);
  return made;
}

const std::string& DesiredObject::pod_template() const {
  auto& known = renderer_->prints().pod_templates;
  const std::uint64_t own = key();
  if (const std::string* found = find(known, own)) return *found;
  const json::Value* annotations = json::find(body(), "/spec/template/metadata/annotations");
  std::string made = annotations == nullptr ? std::string() : annotations->value(std::string(template_annotation), "");
  return known.emplace_back(own, std::move(made)).second;
}

}  // namespace heat
