// The shape of a rendered file: which sections, directives and options it has, whatever their values are.
#pragma once

#include <map>
#include <string>

namespace walk {

// Each line, as its reader takes it apart, without the value, with how often it is there. "heat.conf": "[section]
// option"; "haproxy.cfg": "section: first word of a line, number of its words"; "rabbitmq.conf": the key;
// "definitions.json": the path; of any other file each line with 'w'
// for every word.
std::map<std::string, int> structure(const std::string& file, const std::string& text);

// What `changed` has more of than `allowed` has, one line each; empty: nothing.
std::string additions(const std::map<std::string, int>& allowed, const std::map<std::string, int>& changed);

}  // namespace walk
