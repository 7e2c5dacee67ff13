#include "walk/core.h"

#include "base/base64.h"
#include "heat/desired/desired.h"
#include "heat/status/status.h"
#include "walk/bases.h"

namespace walk {
namespace {

constexpr const char* now = "2026-01-02T03:04:05Z";

json::Value with_identity(json::Value cluster) {
  cluster["metadata"]["uid"] = "5f0c1c5e-0000-4000-a000-000000000001";
  cluster["metadata"]["generation"] = 1;
  return cluster;
}

void take_files(const heat::DesiredObject& object, Outcome& made) {
  const json::Value* data = json::find(object.body(), "/data");
  if (data == nullptr) return;
  const bool secret = object.type->kind == "Secret";
  const json::Value& labels = object.body().at("metadata").at("labels");
  const std::string component =
      secret ? std::string("credentials") : labels.at("app.kubernetes.io/component").get<std::string>();
  for (const auto& [name, value] : data->items()) {
    const std::string text = value;
    made.files[component + "/" + name] = secret ? base::base64_decode(text).value() : text;
  }
}

heat::Observed world(const heat::Spec& spec) {
  heat::Observed observed;
  for (const std::string& name : heat::secret_names(spec)) observed.secrets[name] = secret_content(name);
  return observed;
}

void finish(const heat::Spec* spec, const heat::Observed& observed, const heat::Desired* desired, Outcome& made) {
  heat::StatusInput input;
  input.spec = spec;
  input.generation = 1;
  input.observed = &observed;
  input.desired = desired;
  input.problems = made.problems;
  input.now = now;
  made.status = heat::status(input);
}

}  // namespace

Outcome outcome(const json::Value& cluster) {
  Outcome made;
  const auto spec = heat::parse(with_identity(cluster));
  if (!spec) {
    made.problems = spec.error();
    finish(nullptr, {}, nullptr, made);
    return made;
  }
  const heat::Observed observed = world(*spec);
  made.problems = heat::problems(*spec, observed);
  if (!made.problems.empty()) {
    finish(&*spec, observed, nullptr, made);
    return made;
  }
  const heat::Desired desired = heat::desired(*spec, observed);
  for (const heat::Stage& stage : desired.stages) {
    for (const heat::DesiredObject& object : stage.objects) {
      made.objects[std::string(object.type->kind) + "/" + object.name] = object.body();
      take_files(object, made);
    }
  }
  finish(&*spec, observed, &desired, made);
  return made;
}

std::string Outcome::dump() const { return objects.dump() + "\n" + status.dump(); }

bool Outcome::names(const std::string& path) const {
  for (const heat::Problem& problem : problems) {
    if (problem.path.find(path) != std::string::npos || problem.message.find(path) != std::string::npos) return true;
    // A part that is wrong as a whole is named as a whole: "spec.broker" for its kinds.
    if (path.starts_with(problem.path + ".") || path.starts_with(problem.path + "[")) return true;
  }
  return false;
}

std::string Outcome::problem_text() const {
  std::string text;
  for (const heat::Problem& problem : problems) text += problem.text() + "\n";
  return text;
}

}  // namespace walk
