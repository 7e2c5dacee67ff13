// Everything that ever was on a server, by object: what promises about every moment are checked on.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "fake_api/store.h"

namespace property {

class History {
 public:
  explicit History(const fake_api::Store& store);

  const std::vector<fake_api::Change>& changes() const { return changes_; }

  // Whether an object of that key was so at some moment in [from, to]. The state that it had at `from` counts. What an
  // operator says or does rests on what it has seen, which may be a moment old: so "was" is all that can be asked.
  bool was(const fake_api::Key& key, fake_api::Version from, fake_api::Version to,
           const std::function<bool(const json::Value&)>& so) const;
  // The same of any object of a kind.
  bool any_was(const std::string& plural, fake_api::Version to,
               const std::function<bool(const json::Value&)>& so) const;
  // The newest moment, up to `to`, at which it was so; 0: never.
  fake_api::Version last(const fake_api::Key& key, fake_api::Version to,
                         const std::function<bool(const json::Value&)>& so) const;
  // Null where there was none then.
  fake_api::ObjectPtr at(const fake_api::Key& key, fake_api::Version version) const;

 private:
  std::vector<fake_api::Change> changes_;
  std::map<fake_api::Key, std::vector<const fake_api::Change*>> by_key_;  // oldest first; into changes_
};

}  // namespace property
