// The API server's audit log: what the operator's ServiceAccount asked for.
#pragma once

#include <set>
#include <string>

#include "rights.h"

namespace used_rights {

struct AuditLog {
  std::size_t requests = 0;
  rights::Rights used;     // what was asked for and granted
  rights::Rights refused;  // what RBAC refused
};

// Throws std::runtime_error where the file cannot be read or a line of it is not an audit event.
AuditLog read_audit_log(const std::string& path);

}  // namespace used_rights
