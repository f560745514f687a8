/// The one list that makes both the numbers of the rules and their table. Private to sim/.
///
/// The order is the precedence: of findings of one instant the first in this list is told first.
/// What a slave does to a line stands before when it does it, and that before what others make.
#ifndef I2C_RULES_PRIVATE_H
#define I2C_RULES_PRIVATE_H

#include "sim/rules.h"

// X(name, id, level, rows, clause, title)
#define I2C_RULE_MAP(X)                                                                            \
    X(DAT_01, "I2C-DAT-01", 'M', "I2C-DAT-01 I2C-STA-16 I2C-ACK-05 I2C-ACK-06 I2C-STR-16",         \
      "UM10204 3.1.3", "SDA changed while SCL is high")                                            \
    X(ACK_01, "I2C-ACK-01", 'M', "I2C-ACK-01", "UM10204 3.1.6",                                    \
      "ACK not held for the whole of clock 9")                                                     \
    X(TMO_13, "SMB-TMO-13", 'M', "SMB-TMO-13", "UM10204 3.1.3",                                    \
      "time-out made a START or STOP: SDA changed while SCL is high")                              \
    X(TMO_03, "SMB-TMO-03", 'M', "SMB-TMO-03 SMB-TMO-04 SMB-TMO-14", "SMBus 2.0 3.1.1.1",          \
      "line not released by the time-out")                                                         \
    X(TMO_10, "SMB-TMO-10", 'M', "SMB-TMO-10", "SMBus 2.0 3.1.1.1",                                \
      "goes on with a transfer behind the time-out")                                               \
    X(TMO_05, "SMB-TMO-05", 'M', "SMB-TMO-05", "SMBus 2.0 3.1.1.2",                                \
      "SCL held for more than tLOW:SEXT in one message")                                           \
    X(STR_02, "I2C-STR-02", 'M', "I2C-STR-02", "UM10204 3.1.9",                                    \
      "SCL pulled down while it is high")                                                          \
    X(DAT_10, "I2C-DAT-10", 'M', "I2C-DAT-10", "UM10204 3.1.1", "slave drives a line high")        \
    X(STA_07, "I2C-STA-07", 'M', "I2C-STA-07 I2C-STA-03", "UM10204 3.1.10",                        \
      "goes on sending after a START")                                                             \
    X(ACK_15, "I2C-ACK-15", 'M', "I2C-ACK-15 I2C-STA-05 I2C-STA-10", "UM10204 3.1.10",             \
      "acknowledges an address byte that was cut short")                                           \
    X(RSV_01, "I2C-RSV-01", 'M', "I2C-RSV-01 I2C-GC-03", "UM10204 3.1.15",                         \
      "START byte acknowledged")                                                                   \
    X(ARB_10, "I2C-ARB-10", 'C', "I2C-ARB-10", "UM10204 3.1.8",                                    \
      "goes on with a transfer that it has lost")                                                  \
    X(ADR_04, "I2C-ADR-04", 'M',                                                                   \
      "I2C-ADR-04 I2C-ADR-02 I2C-ADR-03 I2C-ADR-07 I2C-ADR-08 I2C-STA-15 I2C-TEN-02 I2C-TEN-10 "   \
      "I2C-RSV-04 I2C-RSV-05 I2C-RSV-06 I2C-RSV-07 I2C-RSV-08 I2C-DID-07 I2C-HS-02",               \
      "UM10204 3.1.10", "SDA pulled although not addressed")                                       \
    X(HS_13, "I2C-HS-13", 'R', "I2C-HS-13", "UM10204 5.3.5",                                       \
      "SDA pulled in Hs-mode, which it does not know")                                             \
    X(GENERAL_CALL, "general_call_undeclared", 'O', "", "UM10204 3.1.13",                          \
      "answers the general call, which is not declared")                                           \
    X(STA_02, "I2C-STA-02", 'M',                                                                   \
      "I2C-STA-02 I2C-STA-11 I2C-STA-14 I2C-STA-19 I2C-BCL-12 I2C-PWR-02 I2C-PWR-04",              \
      "UM10204 3.1.4", "line pulled on an idle bus")                                               \
    X(PWR_02, "I2C-PWR-02", 'M', "I2C-PWR-02 I2C-PWR-05 I2C-PWR-06 I2C-PWR-09",                    \
      "UM10204 3.1.13, 3.1.14", "line pulled between reset and START")                             \
    X(RD_03, "I2C-RD-03", 'M', "I2C-RD-03 I2C-RD-04 SMB-ACK-06", "UM10204 3.1.6",                  \
      "SDA not released after NACK")                                                               \
    X(ACK_04, "I2C-ACK-04", 'M', "I2C-ACK-04 I2C-RD-07 I2C-BCL-02", "UM10204 3.1.6",               \
      "SDA not released for the master's acknowledge")                                             \
    X(ACK_02, "I2C-ACK-02", 'M', "I2C-ACK-02 I2C-BCL-03", "UM10204 3.1.6",                         \
      "SDA not released after the ACK")                                                            \
    X(ACK_16, "I2C-ACK-16", 'M', "I2C-ACK-16", "UM10204 3.1.6", "ACK begins before clock 8 ends")  \
    X(ACK_03, "I2C-ACK-03", 'M', "I2C-ACK-03 I2C-ACK-14 I2C-ADR-05", "UM10204 3.1.6",              \
      "SDA pulled in a byte that is written to it")                                                \
    X(ACK_11, "I2C-ACK-11", 'R', "I2C-ACK-11", "UM10204 3.1.6", "ACK after it had refused a byte") \
    X(STR_01, "I2C-STR-01", 'C', "I2C-STR-01", "UM10204 3.1.9",                                    \
      "SCL pulled although no stretch is declared")                                                \
    X(STRETCH_UNDECLARED, "stretch_undeclared", 'O', "", "UM10204 3.1.9",                          \
      "stretches the clock, which is not declared")                                                \
    X(STRETCH_PLACE, "stretch_in_byte", 'R', "", "UM10204 3.1.9",                                  \
      "SCL held inside a byte although byte stretch is declared")                                  \
    X(STR_11, "I2C-STR-11", 'R', "I2C-STR-11", "UM10204 3.1.6", "new stretch after a NACK")        \
    X(STR_08, "I2C-STR-08", 'R', "I2C-STR-08", "UM10204 3.1.9", "SCL held although not addressed") \
    X(STR_09, "I2C-STR-09", 'R', "I2C-STR-09 I2C-STR-10 I2C-STR-12", "UM10204 3.1.9",              \
      "SCL held longer than the bound")                                                            \
    X(HS_08, "I2C-HS-08", 'C', "I2C-HS-08 I2C-STR-15", "UM10204 5.3.1",                            \
      "SCL held in Hs-mode elsewhere than behind an ACK")                                          \
    X(STR_05, "I2C-STR-05", 'C', "I2C-STR-05 I2C-STR-07 I2C-TIM-14", "UM10204 Table 11",           \
      "SDA not set up before a stretch ends")                                                      \
    X(TIM_12, "I2C-TIM-12", 'M', "I2C-TIM-12", "UM10204 Table 11",                                 \
      "SDA changed before SCL is low")                                                             \
    X(SMB_TIM_04, "SMB-TIM-04", 'M', "SMB-TIM-04", "SMBus 2.0 Table 1", "data hold too short")     \
    X(HS_09, "I2C-HS-09", 'C', "I2C-HS-09", "UM10204 Table 13", "SDA changed too late in Hs-mode") \
    X(TIM_13, "I2C-TIM-13", 'M', "I2C-TIM-13 SMB-TIM-05", "UM10204 Table 11",                      \
      "SDA set-up too short")                                                                      \
    X(TIM_10, "I2C-TIM-10", 'M', "I2C-TIM-10 I2C-TIM-21 I2C-RD-01 I2C-SPK-07", "UM10204 Table 11", \
      "data valid too late")                                                                       \
    X(TIM_11, "I2C-TIM-11", 'M', "I2C-TIM-11 I2C-TIM-21 I2C-SPK-07", "UM10204 Table 11",           \
      "acknowledge valid too late")                                                                \
    X(CONTENTION_SCL, "contention_scl", 'I', "I2C-STR-14", "UM10204 3.1.9",                        \
      "master drives SCL high against a stretch")                                                  \
    X(STRETCH_LIMIT, "stretch_limit", 'I', "I2C-STR-14", "UM10204 3.1.9",                          \
      "the slave stretches longer than this master waits")                                         \
    X(CONTENTION_SDA, "contention_sda", 'I', "", "UM10204 3.1.1",                                  \
      "master drives SDA high against a pull")                                                     \
    X(ARBITRATION, "arbitration_undefined", 'I', "", "UM10204 3.1.8",                              \
      "Sr or STOP of one master met what another sent")                                            \
    X(MASTER_HD_STA, "master.t_hd_sta", 'M', "", "UM10204 Table 11", "START hold too short")       \
    X(MASTER_LOW, "master.t_low", 'M', "", "UM10204 Table 11", "SCL low too short")                \
    X(MASTER_HIGH, "master.t_high", 'M', "", "UM10204 Table 11", "SCL high too short")             \
    X(MASTER_SU_STA, "master.t_su_sta", 'M', "", "UM10204 Table 11",                               \
      "repeated START set-up too short")                                                           \
    X(MASTER_SU_STO, "master.t_su_sto", 'M', "", "UM10204 Table 11", "STOP set-up too short")      \
    X(MASTER_BUF, "master.t_buf", 'M', "", "UM10204 Table 11", "bus free time too short")          \
    X(MASTER_HD_DAT, "master.t_hd_dat", 'M', "", "UM10204 Table 11", "data hold too short")        \
    X(MASTER_SU_DAT, "master.t_su_dat", 'M', "", "UM10204 Table 11", "data set-up too short")      \
    X(MASTER_PERIOD, "master.period", 'M', "", "UM10204 Table 11", "clock too fast")               \
    X(BCL_08, "I2C-BCL-08", 'M', "I2C-BCL-08 I2C-BCL-01", "UM10204 3.1.16",                        \
      "line still held at the end")

#define I2C_RULE_NUMBER(name, id, level, rows, clause, title) I2C_RULE_##name,
typedef enum { I2C_RULE_MAP(I2C_RULE_NUMBER) I2C_RULE_COUNT } i2c_rule_number;
#undef I2C_RULE_NUMBER

extern const i2c_rule i2c_rule_table[I2C_RULE_COUNT];

#endif
