// Text drawn from a schema's regular expression, so that a new pattern needs no list of examples.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "json/json.h"

namespace walk {

// What patterns of the CRD are made of: literals, classes, groups, '|', '?', '*', '+', {m,n}, the anchors. Anything
// else throws std::invalid_argument. Not thread-safe; each text is a function of the pattern and the number asked for.
class Pattern {
 public:
  // Of a schema with pattern, and perhaps minLength and maxLength.
  explicit Pattern(const json::Value& schema);
  ~Pattern();

  // A text of letters and digits wherever the pattern leaves the choice.
  std::string plain(unsigned number) const;
  // One of the strangest characters that the pattern lets through.
  std::string strange(unsigned number) const;
  // As short, or as long, as the pattern and its bounds allow.
  std::string shortest() const;
  std::string longest() const;

  struct Node;

 private:
  class Writer;
  std::string draw(unsigned number, bool strange) const;
  std::string of_length(std::size_t length) const;

  std::unique_ptr<Node> root_;
  std::vector<const Node*> repeats_;
  std::size_t least_;
  std::size_t most_;
};

}  // namespace walk
