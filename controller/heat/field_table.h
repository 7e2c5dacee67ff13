// Every field of HeatCluster's spec, as one table: what the parser checks and fills in. crds/heatclusters.yaml says the
// same to the API server; tests/contract compares the two, both ways.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "heat/shape.h"

namespace heat {

enum class FieldType {
  object,
  list,         // minimum and maximum bound the number of items; "[]" after its path names an item
  text,         // minimum and maximum bound the number of characters
  integer,      // minimum and maximum bound the value, or allowed names the values
  duration,     // text; minimum and maximum bound the value in seconds
  quantity,     // number or text
  quantities,   // resource name → quantity; maximum bounds the number of entries
  labels,       // label key → label value; maximum bounds the number of entries
  annotations,  // as labels, with values of any text
  pods_down,    // a number from minimum to maximum, or a percentage
};

// Rows that several places have in common.
enum class Part {
  none,
  pods,  // what every block that makes pods takes
  node_affinity,
  pod_affinity,
  pod_term,
  node_term,
  label_selector,
};

struct Field {
  std::string_view path;  // below spec, or below the place that the part is put; '/' between names
  FieldType type = FieldType::object;
  bool required = false;
  std::string_view fallback{};  // the default, as JSON; empty: none
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
  Shape shape = Shape::any;
  std::string_view allowed{};  // for enumerations: the values, each between blanks
  Part part = Part::none;      // of an object: its further fields
};

inline constexpr std::string_view releases =
    " zed 2023.1 2023.2 2024.1 2024.2 2025.1 2025.2 2026.1 2026.2 ";  // in the order of their publication
inline constexpr std::int64_t max_name = 253;                         // of an object in Kubernetes
inline constexpr std::int64_t max_annotation = 4096;                  // characters of one value

// Parents stand before their children. Both live as long as the process.
std::span<const Field> spec_fields();
std::span<const Field> part_fields(Part part);

}  // namespace heat
