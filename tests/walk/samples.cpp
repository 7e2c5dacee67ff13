#include "walk/samples.h"

#include <algorithm>
#include <limits>

#include "walk/pattern.h"

namespace walk {
namespace {

const std::string duration_unit = "([0-9]{1,7}s)?$";  // how the pattern of a duration ends

bool is_duration(const json::Value& schema) { return schema.value("pattern", "").ends_with(duration_unit); }
bool is_percentage(const json::Value& schema) { return schema.value("pattern", "").ends_with("%$"); }

// Seconds of a duration as the schema's messages write it: one or more of d, h, m, s.
std::int64_t seconds(const std::string& text) {
  std::int64_t total = 0;
  std::int64_t count = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      count = count * 10 + (c - '0');
      continue;
    }
    total += count * (c == 'd' ? 86400 : c == 'h' ? 3600 : c == 'm' ? 60 : 1);
    count = 0;
  }
  return total;
}

void add_wrong_types(const json::Value& schema, std::vector<json::Value>& wrong) {
  const bool either = schema.contains("x-kubernetes-int-or-string");
  const std::string type = schema.value("type", "");
  wrong.push_back(true);
  wrong.push_back(1.5);
  if (type != "integer" && !either) wrong.push_back(7);
  if (type != "string" && !either) wrong.push_back("7");
  if (type != "array") wrong.push_back(json::Value::array({json::Value::array()}));
  if (type != "object") wrong.push_back({{"unexpected", json::Value::object()}});
}

void integer(const json::Value& schema, const json::Value& current, Samples& made) {
  const auto least = schema.at("minimum").get<std::int64_t>();
  const auto most = schema.at("maximum").get<std::int64_t>();
  const std::int64_t base = current.is_number_integer() ? current.get<std::int64_t>() : least;
  for (const std::int64_t value : {base + 1, base + 2, base - 1, base - 2}) {
    if (value >= least && value <= most && made.ordinary.size() < 2) made.ordinary.emplace_back(value);
  }
  made.extreme = {least, most};
  made.wrong.insert(made.wrong.end(), {least - 1, most + 1, std::numeric_limits<std::int64_t>::min(),
                                       std::numeric_limits<std::uint64_t>::max(), 1e30});
}

void choice(const json::Value& schema, const json::Value& current, Samples& made) {
  for (const json::Value& member : schema.at("enum")) {
    if (member != current) made.ordinary.push_back(member);
  }
  if (schema.at("type") == "integer") {
    made.wrong.insert(made.wrong.end(), {-1, 0, 2, 1'000'000});
    return;
  }
  const std::string first = schema.at("enum").front();
  const std::string last = schema.at("enum").back();
  for (const std::string& text : {std::string("no-such-choice"), std::string(), first + " ", " " + first, first + "\n",
                                  first + " " + last, std::string(" ")}) {
    made.wrong.emplace_back(text);
  }
}

void duration(const json::Value& schema, const json::Value& current, Samples& made) {
  const CelBounds bounds = cel_bounds(schema);
  const std::int64_t least = seconds(bounds.least);
  const std::int64_t most = seconds(bounds.most);
  const std::int64_t base = seconds(current.is_string() ? current.get<std::string>() : bounds.least);
  for (const std::int64_t value : {base + 1, base + 2, base - 1, base - 2}) {
    if (value >= least && value <= most && made.ordinary.size() < 2)
      made.ordinary.emplace_back(std::to_string(value) + "s");
  }
  made.extreme = {bounds.least, bounds.most, std::to_string(least) + "s"};
  made.hostile = {"0d0h0m" + std::to_string(least) + "s", "000" + std::to_string(least) + "s"};
  for (const std::string& text :
       {std::to_string(least - 1) + "s", std::to_string(most + 1) + "s", std::string("-5m"), std::string("5"),
        std::string("1.5h"), std::string("5m5h"), std::string("5M"), std::string("99999999999999999999s")}) {
    made.wrong.emplace_back(text);
  }
}

void quantity(const json::Value& schema, Samples& made) {
  const std::string floor = cel_bounds(schema).least;
  // Above whatever is asked for at least, and below what a request or limit beside it says.
  made.ordinary = {"3Gi", "4Gi"};
  made.extreme = {floor.empty() ? json::Value(0) : json::Value(floor), std::numeric_limits<std::int64_t>::max(),
                  "9999999999999.9999", "8191Pi", Pattern(schema).longest()};
  made.hostile = {"3221225472", "3145728Ki", "3.0001Gi", "4e9", "4000000000000m", "4E9"};
  made.wrong.insert(made.wrong.end(), {-1, "-1Gi", "Gi", "1 Gi", "1gi", "0x10", "1e", "1e999", "NaN", "", "١Gi"});
}

void percentage(const json::Value& schema, const json::Value& current, Samples& made) {
  integer(schema, current, made);
  made.ordinary.insert(made.ordinary.end(), {"25%", "26%"});
  made.extreme.insert(made.extreme.end(), {"0%", "100%"});
  made.wrong.insert(made.wrong.end(), {"101%", "-1%", "05%", "%", "25", "25%%", "1.5%", "25% "});
}

void patterned(const json::Value& schema, const json::Value& current, Samples& made) {
  const Pattern pattern(schema);
  for (unsigned number = 1; made.ordinary.size() < 3 && number < 50; ++number) {
    const json::Value text = pattern.plain(number);
    const bool known = std::find(made.ordinary.begin(), made.ordinary.end(), text) != made.ordinary.end();
    if (!known && text != current) made.ordinary.push_back(text);
  }
  made.extreme = {pattern.shortest(), pattern.longest()};
  for (unsigned number = 1; number <= 3; ++number) made.hostile.emplace_back(pattern.strange(number));
  const std::string good = made.ordinary.front();
  for (const std::string& text : hostile_texts()) made.wrong.emplace_back(text);
  for (const char* end : {"\n", " ", "\r", "\t", ";", "%", "\"", "'", "#", "\\", "$x", "é"})
    made.wrong.push_back(good + end);
  for (const char* begin : {"\n", " ", "[", ";", "#", "$"}) made.wrong.push_back(begin + good);
  made.wrong.push_back(pattern.longest() + std::string(schema.value("maxLength", std::size_t{64}), 'a'));
  made.wrong.emplace_back("");
  // What the pattern lets through after all is no mistake.
  std::erase_if(made.wrong, [&](const json::Value& value) { return refusals(schema, value, "").empty(); });
}

void free_text(const json::Value& schema, Samples& made) {
  // A comment in every configuration that there is.
  made.ordinary = {"# one\n", "# two\n"};
  const auto most = schema.at("maxLength").get<std::size_t>();
  std::string longest;
  while (longest.size() < most) longest += "# a line of a long configuration\n";
  longest.resize(most, '\n');
  made.extreme = {longest};
  for (const std::string& text : hostile_texts()) made.hostile.emplace_back(text);
  made.wrong.push_back(longest + "x");
}

void list(const Place& place, Samples& made) {
  const json::Value& schema = place.schema;
  const Place item{place.path + "[]", schema.at("items"), false};
  const auto most = schema.at("maxItems").get<std::size_t>();
  json::Value full = json::Value::array();
  json::Value names = json::Value::array();
  for (unsigned number = 0; full.size() <= most; ++number) {
    json::Value each = example(item.schema);
    // Items of sets and of maps by key differ in the first text that they must have.
    json::Value* text = each.is_string() ? &each : nullptr;
    for (const json::Value& name : item.schema.value("required", json::Value::array())) {
      json::Value& field = each[name.get<std::string>()];
      const json::Value& field_schema = item.schema.at("properties").at(name.get<std::string>());
      if (text == nullptr && field.is_string() && !field_schema.contains("enum")) text = &field;
    }
    if (text != nullptr && !item.schema.contains("enum")) *text = "x" + std::to_string(number);
    full.push_back(std::move(each));
  }
  made.wrong.push_back(full);
  if (schema.value("minItems", 0) > 0) made.wrong.push_back(json::Value::array());
  full.erase(full.size() - 1);
  made.extreme = {full};
  made.ordinary = {json::Value::array({full[0]})};
  if (schema.value("minItems", 0) == 0) made.extreme.push_back(json::Value::array());
}

void map(const Place& place, Samples& made) {
  const bool quantities = place.schema.at("additionalProperties").contains("x-kubernetes-int-or-string");
  const auto most = place.schema.at("maxProperties").get<std::size_t>();
  json::Value full = json::Value::object();
  while (full.size() <= most) {
    const std::string key = (quantities ? "walk.example/k" : "k") + std::to_string(full.size());
    full[key] = quantities ? "1" : "v";
  }
  made.wrong.push_back(full);
  full.erase(full.begin());
  made.extreme = {full, json::Value::object()};
  const auto first = full.begin();
  made.ordinary = {{{first.key(), first.value()}}};
  if (quantities) return;
  for (const std::string& key : hostile_texts()) made.wrong.push_back({{key, "v"}});
  for (const std::string& key : {std::string(64, 'k'), std::string("UPPER.example/k"), std::string("a/b/c"),
                                 std::string("/k"), std::string("k/"), std::string("-k"), std::string()}) {
    made.wrong.push_back({{key, "v"}});
  }
}

}  // namespace

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> all = {
      "two\nlines",
      "crlf\r\nX-Injected: yes",
      "; comment",
      "# comment",
      "%(interpolated)s %% %s %n",
      "\"double\" 'single' `back`",
      "\"",
      "'",
      "\\",
      "[DEFAULT]\ntransport_url = rabbit://evil/",
      "[section",
      "]",
      "$HOME ${HOME} $(id) $$",
      "{{ template }} {release} <%= erb %>",
      "key = value",
      "key: value",
      "- item",
      "\xef\xbb\xbf bom",
      "\xe2\x80\xae right to left \xf0\x9f\x92\xa5 caf\xc3\xa9",
      "\xe2\x80\xa8line separator\xc2\x85next line",
      "\ttab",
      " leading and trailing ",
      std::string("nul\0byte", 8),
      "\x1b[31mred",
      "backend evil\n  server evil 10.0.0.1:80",
      "a = 1\n\n\nb",
  };
  return all;
}

Samples samples(const Place& place, const json::Value& current) {
  const json::Value& schema = place.schema;
  Samples made;
  add_wrong_types(schema, made.wrong);
  if (place.is_list()) {
    list(place, made);
  } else if (place.is_map()) {
    map(place, made);
  } else if (schema.contains("enum")) {
    choice(schema, current, made);
  } else if (is_percentage(schema)) {
    percentage(schema, current, made);
  } else if (schema.contains("x-kubernetes-int-or-string")) {
    quantity(schema, made);
  } else if (schema.value("type", "") == "integer") {
    integer(schema, current, made);
  } else if (is_duration(schema)) {
    duration(schema, current, made);
  } else if (place.is_free_text()) {
    free_text(schema, made);
  } else if (place.is_text()) {
    patterned(schema, current, made);
  } else {
    made.ordinary = {example(schema)};
  }
  return made;
}

}  // namespace walk
