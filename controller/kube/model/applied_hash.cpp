#include "kube/model/applied_hash.h"

#include <charconv>
#include <cmath>

namespace kube {
namespace {

void feed(const json::Value& value, AppliedHasher& hasher) {
  switch (value.type()) {
    case json::Value::value_t::object:
      hasher.begin_object();
      for (const auto& [key, child] : value.items()) {
        hasher.key(key);
        feed(child, hasher);
      }
      hasher.end_object();
      break;
    case json::Value::value_t::array:
      hasher.begin_array();
      for (const auto& child : value) feed(child, hasher);
      hasher.end_array();
      break;
    case json::Value::value_t::string:
      hasher.string(value.get_ref<const std::string&>());
      break;
    case json::Value::value_t::boolean:
      hasher.boolean(value.get<bool>());
      break;
    case json::Value::value_t::number_integer:
    case json::Value::value_t::number_unsigned:
      hasher.integer(value.get<std::int64_t>());
      break;
    case json::Value::value_t::number_float:
      hasher.real(value.get<double>());
      break;
    default:
      hasher.null();
      break;
  }
}

void feed_metadata(const json::Value& metadata, AppliedHasher& hasher) {
  hasher.key("metadata");
  hasher.begin_object();
  for (const auto& [key, child] : metadata.items()) {
    if (key == "name" || key == "namespace") continue;
    hasher.key(key);
    feed(child, hasher);
  }
  hasher.end_object();
}

}  // namespace

void AppliedHasher::integer(std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  token('n', std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

void AppliedHasher::real(double number) {
  constexpr double exact = 9007199254740992.0;  // 2^53: up to here every whole double is that very integer
  if (std::trunc(number) == number && std::fabs(number) <= exact) {
    integer(static_cast<std::int64_t>(number));
    return;
  }
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  token('r', std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

std::uint64_t applied_hash(const json::Value& apply_body) {
  AppliedHasher hasher;
  hasher.begin_object();
  for (const auto& [key, child] : apply_body.items()) {
    if (key == "apiVersion" || key == "kind") continue;
    if (key == "metadata") {
      feed_metadata(child, hasher);
    } else {
      hasher.key(key);
      feed(child, hasher);
    }
  }
  hasher.end_object();
  return hasher.value();
}

}  // namespace kube
