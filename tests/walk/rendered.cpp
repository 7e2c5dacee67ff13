#include "walk/rendered.h"

#include <sstream>
#include <utility>
#include <vector>

#include "json/json.h"

namespace walk {
namespace {

using Structure = std::map<std::string, int>;

std::string strip(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// Every line break that any of the readers knows counts as one.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::string line;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == '\f' || c == '\v') {
      lines.push_back(std::exchange(line, {}));
    } else {
      line += c;
    }
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

Structure ini(const std::string& text) {
  Structure found;
  std::string section;
  for (const std::string& line : lines_of(text)) {
    if (strip(line).empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      section = strip(line);
      ++found[section];
    } else if (line[0] == ' ' || line[0] == '\t') {
      ++found[section + " continued"];
    } else {
      ++found[section + " " + strip(line.substr(0, line.find_first_of("=:")))];
    }
  }
  return found;
}

Structure haproxy(const std::string& text) {
  Structure found;
  std::string section;
  for (const std::string& line : lines_of(text)) {
    // A '#' that is not quoted or escaped ends a line.
    std::istringstream stream(line.substr(0, line.find('#')));
    std::string first;
    if (!(stream >> first)) continue;
    int words = 1;
    for (std::string word; stream >> word;) ++words;
    if (line[0] != ' ' && line[0] != '\t') section = strip(line);
    ++found[section + ": " + first + ", " + std::to_string(words) + " words"];
  }
  return found;
}

Structure rabbitmq(const std::string& text) {
  Structure found;
  for (const std::string& line : lines_of(text)) {
    const std::string setting = strip(line);
    if (!setting.empty() && setting[0] != '#') ++found[strip(setting.substr(0, setting.find('=')))];
  }
  return found;
}

void paths(const json::Value& value, const std::string& path, Structure& found) {
  if (!value.is_structured()) {
    ++found[path];
    return;
  }
  for (const auto& [name, child] : value.items()) paths(child, path + "/" + name, found);
}

Structure definitions(const std::string& text) {
  Structure found;
  const auto value = json::parse(text);
  if (!value) return {{"no JSON", 1}};
  paths(*value, "", found);
  return found;
}

// What a certificate holds is no structure.
Structure pem(const std::string& text) {
  Structure found;
  for (const std::string& line : lines_of(text)) {
    const bool content = line.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") ==
                         std::string::npos;
    ++found[content ? "content" : line];
  }
  return found;
}

// Words and numbers are no structure, what stands between them is.
Structure other(const std::string& text) {
  Structure found;
  for (const std::string& line : lines_of(text)) {
    std::string shape;
    for (const char c : line) {
      const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      if (!word) {
        shape += c;
      } else if (!shape.ends_with('w')) {
        shape += 'w';
      }
    }
    ++found[shape];
  }
  return found;
}

}  // namespace

Structure structure(const std::string& file, const std::string& text) {
  if (file.ends_with("haproxy.cfg")) return haproxy(text);
  if (file.ends_with("rabbitmq.conf")) return rabbitmq(text);
  if (file.ends_with("definitions.json")) return definitions(text);
  if (file.ends_with(".crt")) return pem(text);
  if (file.ends_with(".conf") || file.ends_with(".ini")) return ini(text);
  return other(text);
}

std::string additions(const Structure& allowed, const Structure& changed) {
  std::string text;
  for (const auto& [line, count] : changed) {
    const auto found = allowed.find(line);
    if (found == allowed.end() || found->second < count) text += line + "\n";
  }
  return text;
}

}  // namespace walk
