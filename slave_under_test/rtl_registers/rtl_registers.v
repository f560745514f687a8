// An I2C slave with a register map. See README.md.
module rtl_registers #(
    parameter [6:0]   ADDRESS        = 7'h50,
    parameter integer FILTER         = 4,      // of its last 2 * FILTER - 1 samples so many make a level
    parameter integer HOLD           = 10,     // clocks from SCL's fall to a change of SDA
    parameter integer SETTLE         = 4,      // clocks from a change of SDA to its START or STOP
    parameter integer STRETCH        = 0,      // SCL is held: 0 never, 1 at each byte, 2 at each bit
    parameter integer STRETCH_CLOCKS = 1000,
    parameter integer BUSY_CLOCKS    = 250000, // of a command: 5 ms
    parameter [7:0]   WRAP_TO        = 8'h00,  // where the pointer goes behind 0x37
    parameter integer FAULT          = 0       // wrong on purpose: bus_port.v
) (
    input  wire       clk,
    input  wire       rst_n,
    input  wire       scl_i,
    input  wire       sda_i,
    output wire       scl_oe, // 1 pulls the line
    output wire       sda_oe,
    input  wire       fifo_push, // a rise puts fifo_byte into the FIFO
    input  wire [7:0] fifo_byte
);
    wire       scl, sda;
    wire       busy, begins, taken, gave, sending;
    wire [7:0] value, data;

    line_filter #(.SAMPLES(FILTER)) scl_filter(.clk(clk), .rst_n(rst_n), .line(scl_i), .level(scl));
    line_filter #(.SAMPLES(FILTER)) sda_filter(.clk(clk), .rst_n(rst_n), .line(sda_i), .level(sda));

    bus_port #(
        .ADDRESS(ADDRESS), .HOLD(HOLD), .SETTLE(SETTLE), .STRETCH(STRETCH),
        .STRETCH_CLOCKS(STRETCH_CLOCKS), .FAULT(FAULT)
    ) port(
        .clk(clk), .rst_n(rst_n), .scl(scl), .sda(sda), .scl_oe(scl_oe), .sda_oe(sda_oe),
        .busy(busy), .value(value), .begins(begins), .taken(taken), .gave(gave), .shift(data),
        .sending(sending)
    );

    register_map #(.BUSY_CLOCKS(BUSY_CLOCKS), .WRAP_TO(WRAP_TO)) map(
        .clk(clk), .rst_n(rst_n), .begins(begins), .reading(sending), .taken(taken), .gave(gave),
        .data(data), .busy(busy), .value(value), .fifo_push(fifo_push), .fifo_byte(fifo_byte)
    );
endmodule
