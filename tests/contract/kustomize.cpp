#include "kustomize.h"

#include <set>
#include <stdexcept>

#include "repository.h"

namespace kustomize {
namespace {

using Objects = std::vector<json::Value>;

bool is_cluster_scoped(const json::Value& object) {
  static const std::set<std::string> kinds = {"ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition",
                                              "Namespace"};
  return kinds.contains(object.at("kind").get<std::string>());
}

void set_namespace(json::Value& object, const std::string& name) {
  if (!is_cluster_scoped(object)) object["metadata"]["namespace"] = name;
  if (!object.contains("subjects")) return;
  for (json::Value& subject : object["subjects"]) subject["namespace"] = name;
}

void add_labels(json::Value& object, const json::Value& labels) {
  for (const json::Value& entry : labels) {
    if (entry.size() != 1) throw std::runtime_error("only pairs are known: " + entry.dump());
    for (const auto& [key, value] : entry.at("pairs").items()) object["metadata"]["labels"][key] = value;
  }
}

void set_images(json::Value& object, const json::Value& images) {
  if (object.at("kind") != "Deployment") return;
  for (json::Value& container : object["spec"]["template"]["spec"]["containers"]) {
    for (const json::Value& image : images) {
      if (container.at("image") != image.at("name")) continue;
      container["image"] = image.at("newName").get<std::string>() + ":" + image.at("newTag").get<std::string>();
    }
  }
}

Objects resources(const json::Value& kustomization, const std::filesystem::path& folder) {
  Objects objects;
  for (const json::Value& entry : kustomization.at("resources")) {
    const auto path = (folder / entry.get<std::string>()).lexically_normal();
    if (std::filesystem::is_directory(repository::root() / path)) {
      for (json::Value& object : build(path)) objects.push_back(std::move(object));
      continue;
    }
    auto documents = json::parse_yaml_documents(repository::read(path));
    if (!documents) throw std::runtime_error(path.string() + ": " + documents.error().message);
    for (json::Value& object : *documents) objects.push_back(std::move(object));
  }
  return objects;
}

}  // namespace

Objects build(const std::filesystem::path& folder) {
  static const std::set<std::string> known = {"apiVersion", "kind", "namespace", "resources", "labels", "images"};
  const json::Value kustomization = repository::read_yaml(folder / "kustomization.yaml");
  for (const auto& [field, value] : kustomization.items()) {
    if (!known.contains(field)) throw std::runtime_error(folder.string() + ": " + field + " is not known here");
  }
  Objects objects = resources(kustomization, folder);
  for (json::Value& object : objects) {
    if (kustomization.contains("namespace")) set_namespace(object, kustomization["namespace"].get<std::string>());
    if (kustomization.contains("labels")) add_labels(object, kustomization["labels"]);
    if (kustomization.contains("images")) set_images(object, kustomization["images"]);
  }
  return objects;
}

}  // namespace kustomize
