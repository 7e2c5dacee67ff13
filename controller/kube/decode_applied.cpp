#include "kube/decode_applied.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "kube/client.h"
#include "kube/model/applied_hash.h"

namespace kube::decoding {
namespace {

// `text` is a JSON scalar, as it stands in fieldsV1. Only what has an escape needs the parser.
bool equals(std::string_view text, const Value& value) {
  if (text.size() >= 2 && text.front() == '"' && text.find('\\') == std::string_view::npos) {
    return value.IsString() && text_of(value) == text.substr(1, text.size() - 2);
  }
  if (value.IsInt64()) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value.GetInt64()).ptr;
    return text == std::string_view(digits, static_cast<std::size_t>(end - digits));
  }
  if (value.IsBool()) return text == (value.GetBool() ? "true" : "false");
  Parser parser{std::string(text)};
  const Value* wanted = parser.next();
  return wanted != nullptr && *wanted == value;
}

// One `"name":scalar` of a `k:` member.
struct KeyField {
  std::string_view name;
  std::string_view value;
};

// Where the JSON string that starts at `start` ends: one past its closing quote.
std::size_t string_end(std::string_view text, std::size_t start) {
  for (std::size_t i = start + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

// `{"containerPort":8004,"protocol":"TCP"}` into its fields. The API server writes it without blanks, scalars only.
bool split_keys(std::string_view text, std::vector<KeyField>& fields) {
  fields.clear();
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') return false;
  for (std::size_t at = 1; at < text.size() - 1;) {
    if (text[at] != '"') return false;
    const std::size_t name_end = string_end(text, at);
    if (name_end == std::string_view::npos || name_end >= text.size() || text[name_end] != ':') return false;
    const std::size_t start = name_end + 1;
    const std::size_t end =
        start < text.size() && text[start] == '"' ? string_end(text, start) : text.find_first_of(",}", start);
    if (end == std::string_view::npos || end >= text.size()) return false;
    fields.push_back({text.substr(at + 1, name_end - at - 2), text.substr(start, end - start)});
    at = end + 1;  // past the comma, or past the end
  }
  return !fields.empty();
}

bool has_keys(const Value& item, const std::vector<KeyField>& keys) {
  return std::all_of(keys.begin(), keys.end(), [&](const KeyField& key) {
    const Value* found = member(item, key.name);
    return found != nullptr && equals(key.value, *found);
  });
}

// Feeds a hasher with a live value, reduced to what a field set names. Members go in by ascending name, as nlohmann's
// map gives them on the other side; items in live order. Recursion is bounded by Parser::max_depth.
class Walk {
 public:
  std::uint64_t object(const Value& fields, const Value& live) {
    hasher_.begin_object();
    const std::size_t first = collect_fields(fields);
    const std::size_t last = members_.size();
    const Value* metadata_fields = member(fields, "f:metadata");
    bool metadata_done = false;
    for (std::size_t i = first; i < last; ++i) {
      const std::string_view name = field_name(*members_[i]);
      if (!metadata_done && name >= "metadata") {
        metadata(metadata_fields, live);
        metadata_done = true;
      }
      if (name == "metadata" || name == "apiVersion" || name == "kind") continue;
      owned_member(*members_[i], live);
    }
    if (!metadata_done) metadata(metadata_fields, live);
    members_.resize(first);
    hasher_.end_object();
    return hasher_.value();
  }

 private:
  // Items times field-set entries: beyond this a list is somebody's attack on our time, and is taken as a whole.
  static constexpr std::size_t most_comparisons = 4'000'000;

  static std::string_view field_name(const Member& field) { return text_of(field.name).substr(2); }

  // Pushes the `f:` members of a field set, sorted by name; returns where they begin.
  std::size_t collect_fields(const Value& fields) {
    const std::size_t first = members_.size();
    if (!fields.IsObject()) return first;
    for (const Member& field : fields.GetObject()) {
      if (text_of(field.name).starts_with("f:")) members_.push_back(&field);
    }
    sort_from(first);
    return first;
  }

  void sort_from(std::size_t first) {
    const auto by_name = [](const Member* left, const Member* right) {
      return text_of(left->name) < text_of(right->name);
    };
    const auto begin = members_.begin() + static_cast<std::ptrdiff_t>(first);
    if (!std::is_sorted(begin, members_.end(), by_name)) std::sort(begin, members_.end(), by_name);
  }

  // Always there, as it is in every apply body; identity (name, namespace) is nobody's.
  void metadata(const Value* fields, const Value& live) {
    hasher_.key("metadata");
    hasher_.begin_object();
    const Value* live_metadata = member(live, "metadata");
    if (fields != nullptr && live_metadata != nullptr) {
      const std::size_t first = collect_fields(*fields);
      const std::size_t last = members_.size();
      for (std::size_t i = first; i < last; ++i) {
        const std::string_view name = field_name(*members_[i]);
        if (name != "name" && name != "namespace") owned_member(*members_[i], *live_metadata);
      }
      members_.resize(first);
    }
    hasher_.end_object();
  }

  // A field of ours that is not there leaves no trace, so the hash differs from that of a body that has it.
  void owned_member(const Member& field, const Value& live) {
    const std::string_view name = field_name(field);
    const Value* found = member(live, name);
    if (found == nullptr) return;
    hasher_.key(name);
    owned(field.value, *found);
  }

  void owned(const Value& fields, const Value& live) {
    if (!fields.IsObject() || fields.ObjectEmpty()) {
      whole(live);
    } else if (live.IsObject()) {
      hasher_.begin_object();
      const std::size_t first = collect_fields(fields);
      const std::size_t last = members_.size();
      for (std::size_t i = first; i < last; ++i) owned_member(*members_[i], live);
      members_.resize(first);
      hasher_.end_object();
    } else if (live.IsArray()) {
      owned_items(fields, live);
    } else {
      whole(live);
    }
  }

  void owned_items(const Value& fields, const Value& live) {
    const std::size_t count = live.Size();
    if (count * fields.MemberCount() > most_comparisons) {
      whole(live);
      return;
    }
    const std::vector<const Value*> claims = claim_items(fields, live);
    hasher_.begin_array();
    for (std::size_t i = 0; i < count; ++i) {
      if (claims[i] != nullptr) owned(*claims[i], live[static_cast<rapidjson::SizeType>(i)]);
    }
    hasher_.end_array();
  }

  // For each live item the part of the field set that names it; null: it is not ours.
  std::vector<const Value*> claim_items(const Value& fields, const Value& live) {
    const std::size_t count = live.Size();
    std::vector<const Value*> claims(count, nullptr);
    std::size_t hint = 0;  // field sets and lists are mostly in one order: go on where the last match was
    for (const Member& field : fields.GetObject()) {
      const std::string_view path = text_of(field.name);
      if (path.size() < 2 || path[1] != ':') continue;
      const std::string_view rest = path.substr(2);
      const bool by_keys = path[0] == 'k';
      if (by_keys && !split_keys(rest, keys_)) continue;
      if (path[0] == 'i') {
        std::size_t position = count;
        std::from_chars(rest.data(), rest.data() + rest.size(), position);
        if (position < count) claims[position] = &field.value;
        continue;
      }
      if (!by_keys && path[0] != 'v') continue;
      for (std::size_t step = 0; step < count; ++step) {
        const std::size_t i = (hint + step) % count;
        const Value& item = live[static_cast<rapidjson::SizeType>(i)];
        if (claims[i] != nullptr || !(by_keys ? has_keys(item, keys_) : equals(rest, item))) continue;
        claims[i] = &field.value;
        hint = i + 1;
        break;
      }
    }
    return claims;
  }

  void whole(const Value& value) {
    switch (value.GetType()) {
      case rapidjson::kObjectType: {
        hasher_.begin_object();
        const std::size_t first = members_.size();
        for (const Member& child : value.GetObject()) members_.push_back(&child);
        sort_from(first);
        const std::size_t last = members_.size();
        for (std::size_t i = first; i < last; ++i) {
          hasher_.key(text_of(members_[i]->name));
          whole(members_[i]->value);
        }
        members_.resize(first);
        hasher_.end_object();
        break;
      }
      case rapidjson::kArrayType:
        hasher_.begin_array();
        for (const Value& item : value.GetArray()) whole(item);
        hasher_.end_array();
        break;
      case rapidjson::kStringType:
        hasher_.string(text_of(value));
        break;
      case rapidjson::kTrueType:
        hasher_.boolean(true);
        break;
      case rapidjson::kFalseType:
        hasher_.boolean(false);
        break;
      case rapidjson::kNumberType:
        number(value);
        break;
      case rapidjson::kNullType:
        hasher_.null();
        break;
    }
  }

  void number(const Value& value) {
    if (value.IsInt64()) {
      hasher_.integer(value.GetInt64());
    } else if (value.IsUint64()) {
      hasher_.integer(static_cast<std::int64_t>(value.GetUint64()));
    } else {
      hasher_.real(value.GetDouble());
    }
  }

  AppliedHasher hasher_;
  std::vector<const Member*> members_;  // a stack: each level uses what it pushed and takes it off again
  std::vector<KeyField> keys_;
};

const Value* our_fields(const Value& object) {
  const Value* metadata = member(object, "metadata");
  const Value* entries = metadata == nullptr ? nullptr : member(*metadata, "managedFields");
  if (entries == nullptr || !entries->IsArray()) return nullptr;
  for (const Value& entry : entries->GetArray()) {
    if (string_member(entry, "manager") == field_manager && string_member(entry, "operation") == "Apply" &&
        string_member(entry, "subresource").empty()) {
      return member(entry, "fieldsV1");
    }
  }
  return nullptr;
}

}  // namespace

std::uint64_t live_applied_hash(const Value& object) {
  const Value* fields = our_fields(object);
  return fields == nullptr ? 0 : Walk().object(*fields, object);
}

}  // namespace kube::decoding
