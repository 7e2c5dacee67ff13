#include "fake_api/api.h"

#include <stdexcept>

#include "base/clock.h"
#include "base/hash.h"
#include "fake_api/apply/managed_fields.h"
#include "fake_api/apply/merge.h"

namespace fake_api {
namespace {

Response not_found(const Request& request) {
  const std::string group = request.resource->group.empty() ? "" : "." + request.resource->group;
  return refusal(404, "NotFound", request.resource->plural + group + " \"" + request.name + "\" not found");
}

Manager manager_of(const Request& request, const char* operation) {
  return {request.field_manager(), operation, request.resource->api_version(), request.subresource, timestamp(), {}};
}

// What a write to one side of the status subresource may not touch comes from the object as it was.
void keep_other_side(const Request& request, const json::Value& before, json::Value& after) {
  if (!request.resource->has_status) return;
  if (request.subresource.empty()) {
    if (before.contains("status")) {
      after["status"] = before["status"];
    } else if (!before.is_null()) {
      after.erase("status");
    }
    return;
  }
  json::Value status = after.contains("status") ? after["status"] : json::Value();
  after = before;
  if (!status.is_null()) after["status"] = std::move(status);
}

// What an apply may own on its side of the status subresource.
json::Value applicable(const Request& request, json::Value sent) {
  if (sent.contains("metadata")) sent["metadata"].erase("managedFields");
  if (!request.resource->has_status) return sent;
  if (request.subresource.empty()) {
    sent.erase("status");
    return sent;
  }
  json::Value kept = {{"apiVersion", sent["apiVersion"]}, {"kind", sent["kind"]}};
  if (sent.contains("status")) kept["status"] = sent["status"];
  return kept;
}

bool same_but_for_times(json::Value left, json::Value right) {
  for (json::Value* object : {&left, &right}) {
    json::Value& metadata = (*object)["metadata"];
    if (!metadata.contains("managedFields")) continue;
    for (json::Value& entry : metadata["managedFields"]) entry.erase("time");
  }
  return left == right;
}

bool spec_changed(const json::Value& before, const json::Value& after) {
  json::Value was = before;
  json::Value is = after;
  for (json::Value* object : {&was, &is}) {
    object->erase("metadata");
    object->erase("status");
  }
  return was != is;
}

Response check_body(const Request& request, const json::Value& body) {
  const std::string name = json::string_at(body, "/metadata/name");
  const std::string namespace_name = json::string_at(body, "/metadata/namespace", request.namespace_name);
  const bool kind_fits =
      json::string_at(body, "/kind", request.resource->kind) == request.resource->kind &&
      json::string_at(body, "/apiVersion", request.resource->api_version()) == request.resource->api_version();
  if (!body.is_object() || !kind_fits)
    return refusal(400, "BadRequest", "the object is not a " + request.resource->kind);
  if (!request.name.empty() && !name.empty() && name != request.name) {
    return refusal(400, "BadRequest", "the name of the object does not match the name on the URL");
  }
  if (namespace_name != request.namespace_name) {
    return refusal(400, "BadRequest", "the namespace of the provided object does not match the namespace on the URL");
  }
  return {};
}

Response conflict(const Request& request, const std::vector<FieldConflict>& found) {
  json::Value causes = json::Value::array();
  for (const FieldConflict& one : found) {
    causes.push_back({{"reason", "FieldManagerConflict"},
                      {"message", "conflict with \"" + one.manager + "\" using " + request.resource->api_version()},
                      {"field", one.path}});
  }
  return refusal(409, "Conflict",
                 "Apply failed with " + std::to_string(found.size()) + " conflict: conflict with \"" +
                     found[0].manager + "\": " + found[0].path,
                 {}, std::move(causes));
}

}  // namespace

std::string timestamp() { return base::rfc3339(std::chrono::system_clock::now()); }

Response Api::handle(const Request& request) {
  if (request.path == "/version") {
    return answer(200, {{"major", "1"}, {"minor", "37"}, {"gitVersion", "v1.37.0"}, {"platform", "linux/amd64"}});
  }
  if (request.resource == nullptr) {
    return refusal(404, "NotFound", "the server could not find the requested resource");
  }
  if (!request.subresource.empty() && !(request.subresource == "status" && request.resource->has_status)) {
    return refusal(404, "NotFound", "the server could not find the requested resource");
  }
  switch (request.verb) {
    case Verb::get:
      return get(request);
    case Verb::list:
      return list(request);
    case Verb::create:
      return create(request);
    case Verb::apply:
      return apply(request);
    case Verb::update:
      return update(request);
    case Verb::patch:
      return patch(request);
    case Verb::remove:
      return remove(request);
    default:
      return refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
  }
}

Response Api::get(const Request& request) const {
  const ObjectPtr found = store_.find(request.key());
  return found == nullptr ? not_found(request) : answer(200, *found);
}

json::Value Api::with_identity(const Request& request, json::Value object) {
  json::Value& metadata = object["metadata"];
  const std::string digits = base::random_hex(16);
  object["apiVersion"] = request.resource->api_version();
  object["kind"] = request.resource->kind;
  metadata["uid"] = digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-4" + digits.substr(13, 3) + "-a" +
                    digits.substr(17, 3) + "-" + digits.substr(20, 12);
  metadata["creationTimestamp"] = timestamp();
  if (!request.namespace_name.empty()) metadata["namespace"] = request.namespace_name;
  if (!request.name.empty()) metadata["name"] = request.name;
  if (request.resource->has_generation) metadata["generation"] = 1;
  return object;
}

Response Api::commit(const Request& request, const json::Value& before, json::Value after) {
  const bool created = before.is_null();
  if (created) after = with_identity(request, std::move(after));
  fill_defaults(*request.resource, after, created ? ++sequence_ : sequence_.load());
  if (auto refused = check(*request.resource, before, after)) return *refused;
  const Key key{request.resource->plural, request.namespace_name, json::string_at(after, "/metadata/name")};
  if (!created) {
    if (same_but_for_times(before, after)) {
      Response unchanged = answer(200, before);
      unchanged.no_effect = true;
      return unchanged;
    }
    if (request.resource->has_generation && spec_changed(before, after)) {
      after["metadata"]["generation"] = json::integer_at(before, "/metadata/generation") + 1;
    }
    const json::Value* finalizers = json::find(after, "/metadata/finalizers");
    if (json::find(after, "/metadata/deletionTimestamp") != nullptr && (finalizers == nullptr || finalizers->empty())) {
      store_.erase(key);
      return answer(200, after);
    }
  }
  return answer(created ? 201 : 200, *store_.put(key, std::move(after)));
}

Response Api::create(const Request& request) {
  json::Value body = json::parse(request.body).value_or(json::Value());
  if (Response refused = check_body(request, body); refused.status >= 400) return refused;
  Request named = request;
  named.name = json::string_at(body, "/metadata/name");
  if (named.name.empty()) return refusal(422, "Invalid", "metadata.name: Required value: name is required");
  const std::lock_guard lock(write_mutex_);
  if (store_.find(named.key()) != nullptr) {
    return refusal(409, "AlreadyExists", request.resource->plural + " \"" + named.name + "\" already exists");
  }
  if (request.resource->has_status) body.erase("status");
  book_update(request.resource->kind, nullptr, body, manager_of(request, "Update"));
  return commit(named, nullptr, std::move(body));
}

Response Api::apply(const Request& request) {
  const json::Value body = json::parse(request.body).value_or(json::Value());
  if (Response refused = check_body(request, body); refused.status >= 400) return refused;
  if (request.parameter("fieldManager").empty()) {
    return refusal(422, "Invalid", "fieldManager: Required value: is required for apply patch");
  }
  if (json::find(body, "/metadata/managedFields") != nullptr) {
    return refusal(400, "BadRequest", "metadata.managedFields must be nil");
  }
  const std::lock_guard lock(write_mutex_);
  const ObjectPtr live = store_.find(request.key());
  if (live == nullptr && !request.subresource.empty()) return not_found(request);
  const std::string uid = json::string_at(body, "/metadata/uid");
  if (!uid.empty() && (live == nullptr || uid != json::string_at(*live, "/metadata/uid"))) {
    return refusal(409, "Conflict", "Precondition failed: UID in precondition: " + uid);
  }
  const std::string wanted = json::string_at(body, "/metadata/resourceVersion");
  if (live != nullptr && !wanted.empty() && wanted != json::string_at(*live, "/metadata/resourceVersion")) {
    return refusal(409, "Conflict", "the object has been modified; please apply your changes to the latest version");
  }
  json::Value sent = applicable(request, body);
  if (sent.contains("metadata")) sent["metadata"].erase("resourceVersion");
  auto result = fake_api::apply(request.resource->kind, live == nullptr ? json::Value() : *live, sent,
                                manager_of(request, "Apply"), request.parameter("force") == "true");
  if (const auto* found = std::get_if<std::vector<FieldConflict>>(&result)) return conflict(request, *found);
  return commit(request, live == nullptr ? json::Value() : *live, std::get<json::Value>(std::move(result)));
}

Response Api::update(const Request& request) {
  json::Value after = json::parse(request.body).value_or(json::Value());
  if (Response refused = check_body(request, after); refused.status >= 400) return refused;
  const std::lock_guard lock(write_mutex_);
  const ObjectPtr live = store_.find(request.key());
  if (live == nullptr) return not_found(request);
  const std::string wanted = json::string_at(after, "/metadata/resourceVersion");
  if (!wanted.empty() && wanted != json::string_at(*live, "/metadata/resourceVersion")) {
    return refusal(409, "Conflict", "the object has been modified; please apply your changes to the latest version");
  }
  for (const char* field : {"uid", "creationTimestamp", "generation", "resourceVersion", "deletionTimestamp"}) {
    if ((*live)["metadata"].contains(field)) after["metadata"][field] = (*live)["metadata"][field];
  }
  keep_other_side(request, *live, after);
  book_update(request.resource->kind, *live, after, manager_of(request, "Update"));
  return commit(request, *live, std::move(after));
}

Response Api::patch(const Request& request) {
  if (!request.content_type.starts_with("application/merge-patch+json") &&
      !request.content_type.starts_with("application/strategic-merge-patch+json")) {
    return refusal(415, "UnsupportedMediaType", "only apply and merge patches are served here");
  }
  const json::Value changes = json::parse(request.body).value_or(json::Value());
  if (!changes.is_object()) return refusal(400, "BadRequest", "the patch is not a JSON object");
  const std::lock_guard lock(write_mutex_);
  const ObjectPtr live = store_.find(request.key());
  if (live == nullptr) return not_found(request);
  const std::string wanted = json::string_at(changes, "/metadata/resourceVersion");
  if (!wanted.empty() && wanted != json::string_at(*live, "/metadata/resourceVersion")) {
    return refusal(409, "Conflict", "the object has been modified; please apply your changes to the latest version");
  }
  json::Value after = merge_patched(*live, changes);
  keep_other_side(request, *live, after);
  book_update(request.resource->kind, *live, after, manager_of(request, "Update"));
  return commit(request, *live, std::move(after));
}

Response Api::remove(const Request& request) {
  const json::Value options = json::parse(request.body).value_or(json::Value::object());
  const std::lock_guard lock(write_mutex_);
  const ObjectPtr live = store_.find(request.key());
  if (live == nullptr) return not_found(request);
  for (const char* field : {"uid", "resourceVersion"}) {
    const std::string wanted = json::string_at(options, (std::string("/preconditions/") + field).c_str());
    const std::string is = json::string_at(*live, (std::string("/metadata/") + field).c_str());
    if (!wanted.empty() && wanted != is) {
      return refusal(
          409, "Conflict",
          "Precondition failed: " + std::string(field) + " in precondition: " + wanted + ", in object meta: " + is);
    }
  }
  const json::Value* finalizers = json::find(*live, "/metadata/finalizers");
  if (finalizers == nullptr || finalizers->empty()) {
    store_.erase(request.key());
    return answer(200, {{"kind", "Status"}, {"apiVersion", "v1"}, {"status", "Success"}});
  }
  if (json::find(*live, "/metadata/deletionTimestamp") != nullptr) return answer(200, *live);
  json::Value marked = *live;
  marked["metadata"]["deletionTimestamp"] = timestamp();
  marked["metadata"]["deletionGracePeriodSeconds"] = 0;
  if (request.resource->has_generation) {
    marked["metadata"]["generation"] = json::integer_at(*live, "/metadata/generation") + 1;
  }
  return answer(200, *store_.put(request.key(), std::move(marked)));
}

}  // namespace fake_api
