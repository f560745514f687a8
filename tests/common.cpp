// Only so that tests/common.h has a program that it is compiled for.
