#include "kube/decode.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "kube/decode_applied.h"
#include "kube/decode_json.h"
#include "kube/decode_projection.h"

namespace kube {
namespace {

using decoding::member;
using decoding::Parser;
using decoding::string_member;
using decoding::Value;

std::int64_t integer_member(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found != nullptr && found->IsInt64() ? found->GetInt64() : 0;
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 64;  // of what a server sent and we do not know, for a log
  return text.empty() ? "nothing" : "\"" + std::string(text.substr(0, longest)) + "\"";
}

// Empty where `object` says that it is `kind` of the expected group and version; else what it is instead.
std::string mismatch(const Value& object, const ResourceType& expected, std::string_view suffix) {
  const std::string_view kind = string_member(object, "kind");
  const std::string wanted = std::string(expected.kind) + std::string(suffix);
  if (kind != wanted) return "kind is " + shown(kind) + ", expected " + wanted;
  const std::string_view version = string_member(object, "apiVersion");
  if (version != expected.api_version())
    return "apiVersion is " + shown(version) + ", expected " + expected.api_version();
  return {};
}

void read_owner(const Value& metadata, Object& object) {
  const Value* owners = member(metadata, "ownerReferences");
  if (owners == nullptr || !owners->IsArray()) return;
  for (const Value& owner : owners->GetArray()) {
    const Value* controller = member(owner, "controller");
    if (controller == nullptr || !controller->IsTrue()) continue;
    object.owner_uid = string_member(owner, "uid");
    object.owner_kind = string_member(owner, "kind");
    object.owner_name = string_member(owner, "name");
    return;
  }
}

// `live` is of the expected kind, or an item of a list that is.
base::Result<ObjectPtr> read_object(const Value& live, const Projection& projection) {
  const Value* metadata = member(live, "metadata");
  if (metadata == nullptr) return base::failure("an object without metadata");
  const std::string_view name = string_member(*metadata, "name");
  if (name.empty()) return base::failure("an object without metadata.name");

  const auto object = std::make_shared<Object>();
  object->key = {std::string(string_member(*metadata, "namespace")), std::string(name)};
  object->uid = string_member(*metadata, "uid");
  object->resource_version = string_member(*metadata, "resourceVersion");
  object->generation = integer_member(*metadata, "generation");
  object->deleting = !string_member(*metadata, "deletionTimestamp").empty();
  read_owner(*metadata, *object);
  object->applied_hash = decoding::live_applied_hash(live);
  object->fields = decoding::project(live, projection);
  return ObjectPtr(object);
}

base::Result<ObjectPtr> read_expected(const Value& live, const ResourceType& expected, const Projection& projection) {
  if (std::string problem = mismatch(live, expected, ""); !problem.empty()) return base::failure(std::move(problem));
  return read_object(live, projection);
}

Error read_status(const Value& status) {
  Error error;
  error.code = static_cast<int>(integer_member(status, "code"));
  error.reason = string_member(status, "reason");
  error.message = string_member(status, "message");
  const Value* details = member(status, "details");
  if (details != nullptr) {
    constexpr std::int64_t longest = 3600;  // a server that says more than an hour is not believed
    const std::int64_t seconds = std::clamp<std::int64_t>(integer_member(*details, "retryAfterSeconds"), 0, longest);
    error.retry_after = std::chrono::seconds(seconds);
  }
  return error;
}

base::Result<WatchEvent> read_bookmark(const Value& object, const ResourceType& expected) {
  if (std::string problem = mismatch(object, expected, ""); !problem.empty()) return base::failure(std::move(problem));
  WatchEvent event;
  event.type = EventType::bookmark;
  const Value* metadata = member(object, "metadata");
  if (metadata != nullptr) {
    event.resource_version = string_member(*metadata, "resourceVersion");
    const Value* annotations = member(*metadata, "annotations");
    event.initial_events_end =
        annotations != nullptr && string_member(*annotations, "k8s.io/initial-events-end") == "true";
  }
  if (event.resource_version.empty()) return base::failure("a bookmark without resourceVersion");
  return event;
}

base::Result<WatchEvent> read_event(const Value& root, const ResourceType& expected, const Projection& projection) {
  const std::string_view type = string_member(root, "type");
  const Value* object = member(root, "object");
  if (object == nullptr || !object->IsObject()) return base::failure("a watch event without an object");
  if (type == "BOOKMARK") return read_bookmark(*object, expected);

  WatchEvent event;
  if (type == "ERROR") {
    event.type = EventType::error;
    event.status = read_status(*object);
    return event;
  }
  if (type == "ADDED") {
    event.type = EventType::added;
  } else if (type == "MODIFIED") {
    event.type = EventType::modified;
  } else if (type == "DELETED") {
    event.type = EventType::deleted;
  } else {
    return base::failure("a watch event of type " + shown(type));
  }
  auto read = read_expected(*object, expected, projection);
  if (!read) return tl::unexpected(read.error());
  event.object = std::move(*read);
  event.resource_version = event.object->resource_version;
  return event;
}

// Reads a list member by member and item by item, so that only one item at a time is held as values.
class ListReader {
 public:
  ListReader(std::string body, const ResourceType& expected, const Projection& projection)
      : parser_(std::move(body)), expected_(expected), projection_(projection) {}

  base::Result<ObjectList> read() {
    if (!parser_.eat('{')) return base::failure("not a JSON object");
    if (!parser_.eat('}')) {
      do {
        if (!read_member()) return base::failure(problem_.empty() ? parser_.problem() : problem_);
      } while (parser_.eat(','));
      if (!parser_.eat('}')) return base::failure("a list that is cut off");
    }
    if (!parser_.at_end()) return base::failure("more than one JSON value");
    if (kind_ != std::string(expected_.kind) + "List" || api_version_ != expected_.api_version()) {
      return base::failure("kind is " + shown(kind_) + " of " + shown(api_version_) + ", expected " +
                           std::string(expected_.kind) + "List of " + expected_.api_version());
    }
    if (!has_items_) return base::failure("a list without items");
    if (list_.resource_version.empty()) return base::failure("a list without resourceVersion");
    return std::move(list_);
  }

 private:
  bool read_member() {
    const Value* name_value = parser_.next();
    if (name_value == nullptr || !name_value->IsString()) return false;
    const std::string name(decoding::text_of(*name_value));
    if (!parser_.eat(':')) return false;
    if (name == "items" && parser_.eat('[')) return read_items();
    const Value* value = parser_.next();
    if (value == nullptr) return false;
    if (name == "items") has_items_ = value->IsNull();  // what Go writes for a nil slice
    if (name == "kind") kind_ = decoding::text_of(*value);
    if (name == "apiVersion") api_version_ = decoding::text_of(*value);
    if (name == "metadata") {
      list_.resource_version = string_member(*value, "resourceVersion");
      list_.continue_token = string_member(*value, "continue");
    }
    return true;
  }

  bool read_items() {
    has_items_ = true;
    if (parser_.eat(']')) return true;
    do {
      const Value* item = parser_.next();
      if (item == nullptr || !read_item(*item)) return false;
    } while (parser_.eat(','));
    return parser_.eat(']');
  }

  bool read_item(const Value& item) {
    const bool names_kind = !string_member(item, "kind").empty();
    auto object = names_kind ? read_expected(item, expected_, projection_) : read_object(item, projection_);
    if (!object) {
      problem_ = "items: " + object.error().message;
      return false;
    }
    list_.items.push_back(std::move(*object));
    return true;
  }

  Parser parser_;
  const ResourceType& expected_;
  const Projection& projection_;
  ObjectList list_;
  std::string kind_;
  std::string api_version_;
  std::string problem_;
  bool has_items_ = false;
};

}  // namespace

base::Result<WatchEvent> decode_watch_event(std::string_view line, const ResourceType& expected,
                                            const Projection& projection) {
  Parser parser{std::string(line)};
  const Value* root = parser.next();
  if (root == nullptr) return base::failure(parser.problem());
  auto event = read_event(*root, expected, projection);
  if (event && !parser.at_end()) return base::failure("more than one JSON value");
  return event;
}

base::Result<ObjectPtr> decode_object(std::string_view body, const ResourceType& expected,
                                      const Projection& projection) {
  Parser parser{std::string(body)};
  const Value* root = parser.next();
  if (root == nullptr) return base::failure(parser.problem());
  auto object = read_expected(*root, expected, projection);
  if (object && !parser.at_end()) return base::failure("more than one JSON value");
  return object;
}

base::Result<ObjectList> decode_list(std::string body, const ResourceType& expected, const Projection& projection) {
  return ListReader(std::move(body), expected, projection).read();
}

}  // namespace kube
