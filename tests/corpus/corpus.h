// The slaves that are wrong on purpose, as their files describe them.
#ifndef TESTS_CORPUS_H
#define TESTS_CORPUS_H

#include <string>
#include <vector>

struct Variant {
    std::string file;     // "keeps_ack.slave"
    std::string name;     // "broken_keeps_ack"
    std::string design;   // file of the right slave that it is like: "registers/registers.slave"
    std::string classes;  // "FM-13", several joined by ", "; "" none
    std::string says;     // its comment, without the classes
    std::string rule;     // that it must fail
    std::string scenario; // that must show it
    bool missed_by_quick; // it is listed so
};

/// A class of the catalogue of failure modes.
struct FailureMode {
    std::string id;      // "FM-13"
    std::string title;   // in a few words
    std::string missing; // why no variant shows it; "" one does, or should
};

/// In the order of their file names. Throws std::string with what is wrong in a file.
std::vector<Variant> read_corpus(const std::string &slaves_shipped);

/// FM-01 and on, all of them. Throws std::string.
std::vector<FailureMode> read_failure_modes(const std::string &slaves_shipped);

#endif
