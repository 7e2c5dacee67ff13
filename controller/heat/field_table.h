// Every field of HeatCluster's spec, as one table: what the parser checks and fills in. crds/heatclusters.yaml says the
// same to the API server; tests/contract compares the two, both ways.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "heat/shape.h"

namespace heat {

enum class FieldType {
  object,
  list,        // minimum and maximum bound the number of items; "[]" after its path names an item
  text,        // minimum and maximum bound the length
  integer,     // minimum and maximum bound the value
  duration,    // text; minimum and maximum bound the value in seconds
  quantities,  // resource name → quantity; maximum bounds the number of entries
};

struct Field {
  std::string_view path;  // below spec, '/' between names
  FieldType type = FieldType::object;
  bool required = false;
  std::string_view fallback{};  // the default, as JSON; empty: none
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
  Shape shape = Shape::any;
  std::string_view allowed{};  // for enumerations: the values, each between blanks
};

inline constexpr std::string_view releases =
    " zed 2023.1 2023.2 2024.1 2024.2 2025.1 2025.2 2026.1 2026.2 ";  // in the order of their publication
inline constexpr std::int64_t max_name = 253;                         // of an object in Kubernetes

// Parents stand before their children.
inline constexpr std::array fields{
    Field{"release", FieldType::text, false, R"("2025.1")", 0, 0, Shape::any, releases},
    Field{"images", FieldType::object, false, "{}"},
    Field{"images/heat", FieldType::object, false, "{}"},
    Field{"images/heat/image", FieldType::text, false, {}, 1, 512, Shape::image},
    Field{"images/heat/user", FieldType::integer, false, "42424", 1, 2147483647},
    Field{"images/pullPolicy", FieldType::text, false, R"("IfNotPresent")", 0, 0, Shape::any,
          " Always IfNotPresent Never "},
    Field{"images/pullSecrets", FieldType::list, false, {}, 0, 16},
    Field{"images/pullSecrets[]", FieldType::text, false, {}, 1, max_name, Shape::object_name},
    Field{"engine", FieldType::object, false, "{}"},
    Field{"engine/replicas", FieldType::integer, false, "1", 0, 200},
    Field{"engine/workers", FieldType::integer, false, "2", 1, 64},
    Field{"engine/drainTimeout", FieldType::duration, false, R"("10m")", 10, 86400, Shape::duration},
    Field{"engine/resources", FieldType::object},
    Field{"engine/resources/limits", FieldType::quantities, false, {}, 0, 16, Shape::quantity},
    Field{"engine/resources/requests", FieldType::quantities, false, {}, 0, 16, Shape::quantity},
    Field{"broker", FieldType::object, true},
    Field{"broker/external", FieldType::object},
    Field{"broker/external/hosts", FieldType::list, true, {}, 1, 16},
    Field{"broker/external/hosts[]", FieldType::object},
    Field{"broker/external/hosts[]/host", FieldType::text, true, {}, 1, 253, Shape::host},
    Field{"broker/external/hosts[]/port", FieldType::integer, false, "5672", 1, 65535},
    Field{"broker/external/virtualHost", FieldType::text, false, R"("/")", 1, 255, Shape::virtual_host},
    Field{"broker/external/credentialsSecret", FieldType::object, true},
    Field{"broker/external/credentialsSecret/name", FieldType::text, true, {}, 1, max_name, Shape::object_name},
    Field{"broker/queueType", FieldType::text, false, R"("quorum")", 0, 0, Shape::any, " quorum classic "},
    Field{"database", FieldType::object, true},
    Field{"database/secretName", FieldType::text, true, {}, 1, max_name, Shape::object_name},
    Field{"database/maxConnections", FieldType::integer, false, "500", 1, 1000000},
    Field{"identity", FieldType::object, true},
    Field{"identity/noauth", FieldType::object},
};

}  // namespace heat
