// What the operator promises at every moment, whatever happens to it. A run is compared with another run of the same
// binary, so a bug that is always there shows in none of the differences: it shows here.
#pragma once

#include <string>
#include <vector>

#include "fake_api/request_log.h"
#include "property/history.h"

namespace property {

// One line for each promise that was broken, in the order of the promises.
//  - What it makes has a living HeatCluster as its controller, and never another one.
//  - What somebody else has made stays theirs, and of Secrets it writes only its own.
//  - The encryption key is made once and stays as it is.
//  - The status speaks of no generation that is not there yet, and calls nothing ready that never was.
//  - No component comes up before what it needs, and no engine or API runs an image before the database is made for it.
//  - A ConfigMap stays as long as a pod may read it.
//  - Only ConfigMaps and Jobs are ever deleted.
std::vector<std::string> broken_promises(const History& history, const std::vector<fake_api::LoggedWrite>& writes);

// What is left behind that nothing names any more, once a HeatCluster is ready.
std::vector<std::string> left_behind(const History& history);

}  // namespace property
