// Lists, selectors, and the writes that tests make without HTTP.
#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "fake_api/api.h"

namespace fake_api {
namespace {

// Where the next page of a list begins: the version that the list is of and the last object that was shown.
using Place = std::pair<std::string, std::string>;  // namespace and name, the order of a list

struct Continue {
  Version version = 0;
  Place last;

  std::string text() const { return std::to_string(version) + ":" + last.first + "/" + last.second; }
  static Continue parse(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::size_t slash = text.find('/');
    if (colon == std::string::npos || slash == std::string::npos || slash < colon) return {};
    return {std::strtoll(text.c_str(), nullptr, 10),
            {text.substr(colon + 1, slash - colon - 1), text.substr(slash + 1)}};
  }
};

Place place_of(const json::Value& object) {
  return {json::string_at(object, "/metadata/namespace"), json::string_at(object, "/metadata/name")};
}

std::string trimmed(std::string text) {
  std::erase(text, ' ');
  return text;
}

bool matches_requirement(const std::string& requirement, const json::Value& labels) {
  const std::size_t equals = requirement.find('=');
  if (equals == std::string::npos) {
    return requirement.starts_with('!') ? !labels.contains(requirement.substr(1)) : labels.contains(requirement);
  }
  const bool negated = equals > 0 && requirement[equals - 1] == '!';
  const std::string name = requirement.substr(0, negated ? equals - 1 : equals);
  const std::size_t start = requirement.find_first_not_of('=', equals);
  const std::string wanted = start == std::string::npos ? "" : requirement.substr(start);
  const bool equal = labels.contains(name) && labels[name] == wanted;
  return equal != negated;
}

template <typename Match>
bool every_part(const std::string& selector, Match match) {
  for (std::size_t at = 0; at < selector.size();) {
    const std::size_t end = std::min(selector.find(',', at), selector.size());
    if (!match(trimmed(selector.substr(at, end - at)))) return false;
    at = end + 1;
  }
  return true;
}

Request request_for(Verb verb, const Key& key, const json::Value& body, const std::string& manager) {
  Request request;
  request.verb = verb;
  request.resource = &resource(key.plural);
  request.namespace_name = key.namespace_name;
  request.name = key.name;
  request.query["fieldManager"] = manager;
  request.body = body.dump();
  return request;
}

Key key_of(const json::Value& object) {
  const Resource* kind =
      find_resource_by_kind(json::string_at(object, "/apiVersion"), json::string_at(object, "/kind"));
  if (kind == nullptr) throw std::runtime_error("no such kind: " + json::string_at(object, "/kind"));
  return {kind->plural, json::string_at(object, "/metadata/namespace"), json::string_at(object, "/metadata/name")};
}

json::Value checked(const Response& response) {
  json::Value body = response.parsed();
  if (!response.ok()) throw std::runtime_error(json::string_at(body, "/message", response.body));
  return body;
}

}  // namespace

Response version_too_large(Version asked, Version current) {
  const std::string numbers = std::to_string(asked) + ", current: " + std::to_string(current);
  return refusal(
      504, "Timeout", "Timeout: Too large resource version: " + numbers, 1,
      json::Value::array({{{"reason", "ResourceVersionTooLarge"}, {"message", "Too large resource version"}}}));
}

bool matches_labels(const std::string& selector, const json::Value& object) {
  const json::Value* found = json::find(object, "/metadata/labels");
  const json::Value labels = found == nullptr ? json::Value::object() : *found;
  return every_part(selector, [&](const std::string& part) { return matches_requirement(part, labels); });
}

bool matches_fields(const std::string& selector, const json::Value& object) {
  return every_part(selector, [&](const std::string& part) {
    const std::size_t equals = std::min(part.find('='), part.size());
    std::string pointer = "/" + part.substr(0, equals);
    std::ranges::replace(pointer, '.', '/');
    const std::string wanted = part.substr(std::min(part.find_first_not_of('=', equals), part.size()));
    return json::string_at(object, pointer.c_str()) == wanted;
  });
}

Response Api::list(const Request& request) const {
  const Version current = store_.visible_version(request.resource->plural);
  const std::string asked_text = request.parameter("resourceVersion");
  const Version asked = std::strtoll(asked_text.c_str(), nullptr, 10);
  if (asked > current) return version_too_large(asked, current);
  Continue from;
  Version at = current;
  if (const std::string token = request.parameter("continue"); !token.empty()) {
    from = Continue::parse(token);
    if (from.version < store_.compacted()) {
      return refusal(410, "Expired", "The provided continue parameter is too old to display a consistent list result.");
    }
    at = from.version;
  } else if (request.parameter("resourceVersionMatch") == "Exact") {
    if (asked < store_.compacted()) {
      return refusal(410, "Expired", "The resourceVersion for the provided list is too old.");
    }
    at = asked;
  }
  const auto limit = static_cast<std::size_t>(std::strtoll(request.parameter("limit").c_str(), nullptr, 10));
  json::Value items = json::Value::array();
  json::Value metadata = {{"resourceVersion", std::to_string(at)}};
  for (const ObjectPtr& object : store_.list(request.resource->plural, request.namespace_name, at)) {
    if (from.version > 0 && place_of(*object) <= from.last) continue;
    if (!matches_labels(request.parameter("labelSelector"), *object)) continue;
    if (!matches_fields(request.parameter("fieldSelector"), *object)) continue;
    if (limit > 0 && items.size() == limit) {
      metadata["continue"] = Continue{at, place_of(items.back())}.text();
      break;
    }
    items.push_back(*object);
  }
  const bool custom = request.resource->group == "heat.openstack.org";
  for (json::Value& item : items) {  // items of built-in kinds do not repeat what the list says
    if (custom) break;
    item.erase("apiVersion");
    item.erase("kind");
  }
  return answer(200, {{"apiVersion", request.resource->api_version()},
                      {"kind", request.resource->kind + "List"},
                      {"metadata", std::move(metadata)},
                      {"items", std::move(items)}});
}

json::Value Api::create(const json::Value& object) {
  return checked(handle(request_for(Verb::create, key_of(object), object, "kubectl")));
}

json::Value Api::apply(const json::Value& object, const std::string& manager) {
  Request request = request_for(Verb::apply, key_of(object), object, manager);
  request.query["force"] = "true";
  return checked(handle(request));
}

json::Value Api::patch(const Key& key, const json::Value& merge_patch, const std::string& manager,
                       const std::string& subresource) {
  Request request = request_for(Verb::patch, key, merge_patch, manager);
  request.content_type = "application/merge-patch+json";
  request.subresource = subresource;
  return checked(handle(request));
}

void Api::remove(const Key& key) { checked(handle(request_for(Verb::remove, key, json::Value::object(), "kubectl"))); }

json::Value Api::read(const Key& key) const {
  const ObjectPtr found = store_.find(key);
  return found == nullptr ? json::Value() : *found;
}

}  // namespace fake_api
