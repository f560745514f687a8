# Flags that every target of the tree shares, and the one function that makes a library of it.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug or Release" FORCE)
endif()

# Asserts stay on in every build: a simulator that goes on after a broken invariant lies.
option(I2CPROOF_ASAN "AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
foreach(lang C CXX)
    set(CMAKE_${lang}_FLAGS_RELEASE "-O2 -g1")
    set(CMAKE_${lang}_FLAGS_DEBUG "-O0 -g")
    if(I2CPROOF_ASAN)
        set(CMAKE_${lang}_FLAGS_DEBUG "-O1 -g") # sanitized code is slow enough
    endif()
endforeach()

# An interface target instead of global flags, so that a test may opt out for foreign headers.
add_library(i2cproof_flags INTERFACE)
target_compile_options(i2cproof_flags INTERFACE
    -Wall -Wextra -Wconversion -Wshadow -Werror -fno-strict-overflow)
target_compile_options(i2cproof_flags INTERFACE
    "$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes;-Wmissing-prototypes>")
if(I2CPROOF_ASAN)
    target_compile_options(i2cproof_flags INTERFACE
        # What gcc warns of from the flow of values is wrong in instrumented code; release builds have these.
        $<$<C_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>
        -fsanitize=address $<$<NOT:$<BOOL:$<TARGET_PROPERTY:I2CPROOF_IS_TEST>>>:-fsanitize=undefined>
        -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(i2cproof_flags INTERFACE -fsanitize=address,undefined)
endif()

# Includes are written from the top of the tree: "sim/sim.h".
target_include_directories(i2cproof_flags INTERFACE "${CMAKE_SOURCE_DIR}")

# i2cproof_library(NAME SOURCES... [USES LIBS...])
function(i2cproof_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;USES" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC ${arg_USES} PRIVATE i2cproof_flags)
    target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}")
endfunction()

# Release builds with gcc inline across the libraries that run on each edge of a bus, in the programs
# that ask for it. The objects carry machine code as well, so that everything else links as ever.
function(i2cproof_hot_libraries)
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Release")
        foreach(name ${ARGN})
            # The last one is for clang-tidy, which reads these flags, too.
            target_compile_options(${name} PRIVATE
                -flto -ffat-lto-objects -Wno-ignored-optimization-argument)
        endforeach()
    endif()
endfunction()
function(i2cproof_hot_program name)
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Release")
        target_link_options(${name} PRIVATE -flto=1 -flto-partition=one)
    endif()
endfunction()
# For programs whose speed does not matter: without this the linker would inline all over again in each.
function(i2cproof_cold_program name)
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Release")
        target_link_options(${name} PRIVATE -fno-lto)
    endif()
endfunction()

# Tests are compiled for longer than they run. What they hand to our code is guarded, and what our code
# does; the arithmetic of the tests themselves is not.
function(i2cproof_compile_as_test name)
    target_link_libraries(${name} PRIVATE i2cproof_flags GTest::gtest GTest::gtest_main)
    target_compile_options(${name} PRIVATE -O0)
    set_target_properties(${name} PROPERTIES I2CPROOF_IS_TEST ON)
endfunction()

# What is in nearly all tests, from outside of the tree, is compiled once: tests/common.h. A test includes
# what it uses all the same. Such a header fits programs that are compiled alike only; hence a program.
function(i2cproof_tests_common)
    add_executable(tests_common common.cpp)
    i2cproof_compile_as_test(tests_common)
    target_precompile_headers(tests_common PRIVATE common.h)
endfunction()

# i2cproof_test(NAME [SHARDS N] SOURCES... USES LIBS...): one GoogleTest program, each TEST a CTest test. A
# sanitized program takes a tenth of a second to start: there N processes share the tests among them.
function(i2cproof_test name)
    cmake_parse_arguments(arg "" "SHARDS" "SOURCES;USES" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_USES})
    i2cproof_compile_as_test(${name})
    i2cproof_cold_program(${name})
    target_precompile_headers(${name} REUSE_FROM tests_common)
    if(I2CPROOF_ASAN AND arg_SHARDS)
        math(EXPR last "${arg_SHARDS} - 1")
        foreach(shard RANGE ${last})
            add_test(NAME ${name}.${shard} COMMAND ${name})
            set_tests_properties(${name}.${shard} PROPERTIES TIMEOUT 600
                ENVIRONMENT "GTEST_TOTAL_SHARDS=${arg_SHARDS};GTEST_SHARD_INDEX=${shard}")
        endforeach()
        return()
    endif()
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
