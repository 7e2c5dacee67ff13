// Rows of what the API server is asked to let in.
#pragma once

#include "fixture.h"
#include "sample.h"

namespace integration {

struct Row {
  const char* what;
  json::Value spec;     // merged into the sample's spec; null removes a field
  const char* message;  // a part of what a person is told; empty: it is let in
  const char* name = "heat";
};

inline Finished try_to_create(const Kubectl& kubectl, const Row& row) {
  return kubectl.run({"create", "--dry-run=server", "--filename", "-"}, sample_cluster(row.name, row.spec).dump());
}

inline void expect_refused(const Kubectl& kubectl, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const Finished answer = try_to_create(kubectl, row);
    EXPECT_NE(answer.exit_code, 0) << row.what;
    EXPECT_TRUE(contains(answer.err, {row.message})) << row.what;
  }
}

inline void expect_let_in(const Kubectl& kubectl, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(try_to_create(kubectl, row).text().substr(0, 11), "exit code 0")
        << row.what << ": " << try_to_create(kubectl, row).text();
  }
}

inline json::Value engine_with(json::Value fields) { return {{"engine", std::move(fields)}}; }
inline json::Value proxy_with(json::Value fields) { return {{"proxy", std::move(fields)}}; }
inline json::Value managed(json::Value fields) {
  return {{"broker", {{"external", nullptr}, {"managed", std::move(fields)}}}};
}
inline json::Value limits(json::Value amounts) {
  return {{"engine", {{"resources", {{"limits", std::move(amounts)}}}}}};
}

}  // namespace integration
