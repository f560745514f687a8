// Precompiled: what is from outside of the tree and used by most of the tests. Nothing of the tree
// itself, or a change of it would compile them all.
#ifndef TESTS_COMMON_H
#define TESTS_COMMON_H

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#endif
