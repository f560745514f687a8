// The registers beside a counter that never stands still. What it counts is data of theirs: else it would
// be left out as unused.
module rtl_restless(
    input wire clk, input wire rst_n, input wire scl_i, input wire sda_i, output wire scl_oe,
    output wire sda_oe, input wire fifo_push
);
    reg [25:0] count;
    always @(posedge clk)
        count <= rst_n ? count + 26'd1 : 26'd0;
    rtl_registers registers(.clk(clk), .rst_n(rst_n), .scl_i(scl_i), .sda_i(sda_i), .scl_oe(scl_oe),
                            .sda_oe(sda_oe), .fifo_push(fifo_push), .fifo_byte(count[25:18]));
endmodule
