i2cproof_test(cli_wave_test
    SOURCES wave_support.cpp wave_svg_test.cpp wave_text_test.cpp wave_vcd_test.cpp sigrok_test.cpp
    USES wave masters parts sim vcd PkgConfig::LIBXML2)

# Whole cases, with the real player.
i2cproof_test(cli_wave_case_test SOURCES wave_support.cpp wave_case_test.cpp
    USES cli play scenarios_suite lang requirements masters slaves sim)
foreach(test cli_wave_test cli_wave_case_test)
    target_compile_definitions(${test} PRIVATE
        WAVE_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}/data"
        SLAVES_SHIPPED="${CMAKE_SOURCE_DIR}/slave_under_test")
endforeach()
