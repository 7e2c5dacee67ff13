#include "kubectl.h"

#include <stdexcept>
#include <utility>

#include "api_reader.h"

namespace integration {
namespace {

// Longer than any --timeout that a test gives.
constexpr Duration longest_command{200'000};

}  // namespace

Kubectl::Kubectl(std::string program, std::string kubeconfig, std::string namespace_name)
    : program_(std::move(program)),
      kubeconfig_(std::move(kubeconfig)),
      namespace_(std::move(namespace_name)),
      reader_(std::make_shared<ApiReader>(read_kubeconfig(kubeconfig_))) {}

Kubectl Kubectl::in(const std::string& namespace_name) const {
  Kubectl other = *this;
  other.namespace_ = namespace_name;
  return other;
}

std::vector<std::string> Kubectl::command(const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv{program_, "--kubeconfig", kubeconfig_, "--namespace", namespace_};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

Finished Kubectl::run(const std::vector<std::string>& arguments, const std::string& input) const {
  return integration::run(command(arguments), input, longest_command);
}

std::string Kubectl::succeed(const std::vector<std::string>& arguments, const std::string& input) const {
  Finished finished = run(arguments, input);
  if (finished.exit_code != 0) {
    std::string command = "kubectl";
    for (const std::string& argument : arguments) command += " " + argument;
    throw std::runtime_error(command + ": " + finished.text());
  }
  return std::move(finished.out);
}

void Kubectl::apply(const json::Value& object) const { succeed({"apply", "--filename", "-"}, object.dump()); }
void Kubectl::apply(const Objects& objects) const { succeed({"apply", "--filename", "-"}, as_list(objects)); }

void Kubectl::patch(const std::string& type, const std::string& name, const json::Value& patch,
                    const std::vector<std::string>& options) const {
  std::vector<std::string> arguments{"patch", type, name, "--type", "merge", "--patch", patch.dump()};
  arguments.insert(arguments.end(), options.begin(), options.end());
  succeed(arguments);
}

std::optional<json::Value> Kubectl::find(const std::string& type, const std::string& name) const {
  return reader_->find(type, namespace_, name);
}

json::Value Kubectl::get(const std::string& type, const std::string& name) const {
  auto object = find(type, name);
  if (!object) throw std::runtime_error("there is no " + type + " " + name);
  return *object;
}

Objects Kubectl::list(const std::string& types, const std::string& selector) const {
  return reader_->list(types, namespace_, selector);
}

std::string as_list(const Objects& objects) {
  return json::Value{{"apiVersion", "v1"}, {"kind", "List"}, {"items", objects}}.dump();
}

std::string text_at(const json::Value& object, const std::string& pointer) {
  const json::Pointer path(pointer);
  if (!object.contains(path)) return "";
  const json::Value& value = object.at(path);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string name_of(const json::Value& object) { return json::string_at(object, "/metadata/name"); }
std::string uid_of(const json::Value& object) { return json::string_at(object, "/metadata/uid"); }

}  // namespace integration
