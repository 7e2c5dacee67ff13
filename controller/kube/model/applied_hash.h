// The two sides of drift detection (docs/decisions/0005): a hash of the object that we want to apply, to compare with
// the hash of the live values of exactly the fields that our managedFields entry names (kube/decode.h computes that
// one).
#pragma once

#include <cstdint>

#include "base/hash.h"
#include "json/json.h"

namespace kube {

// Hash of an apply body without apiVersion, kind, metadata.name and metadata.namespace: identity is owned by nobody.
// Equal to Object::applied_hash of the live object exactly when every field of ours is there with our value, and no
// other field is ours. Needs values in the server's canonical form, no empty "" / [] / null leaves that the server
// drops, and no
// {} where the server's defaults or other managers fill something in: our entry then names the whole of it.
std::uint64_t applied_hash(const json::Value& apply_body);

// The canonical token stream that both sides feed: kept in one place so that they cannot differ.
// An object is begin_object, then key and value by ascending key, then end_object; an array likewise without keys.
class AppliedHasher {
 public:
  void begin_object() { hash_.add('{'); }
  void end_object() { hash_.add('}'); }
  void begin_array() { hash_.add('['); }
  void end_array() { hash_.add(']'); }
  void key(std::string_view text) { token('k', text); }
  void string(std::string_view text) { token('s', text); }
  void integer(std::int64_t number);
  // A whole number is one however it was written: the API server turns 1.0 into 1.
  void real(double number);
  void boolean(bool value) { hash_.add(value ? 't' : 'f'); }
  void null() { hash_.add('0'); }
  std::uint64_t value() const { return hash_.value(); }

 private:
  void token(char mark, std::string_view text) {
    hash_.add(mark);
    hash_.add(text);
    hash_.add('\0');
  }
  base::Hash64 hash_;
};

}  // namespace kube
