// A slave that counts its clock besides.
module rtl_restless(
    input wire clk, input wire rst_n, input wire scl_i, input wire sda_i, output wire scl_oe,
    output wire sda_oe, input wire fifo_push, input wire [7:0] fifo_byte, output reg led
);
    reg [25:0] count;
    always @(posedge clk)
        if (!rst_n) begin
            count <= 26'd0;
            led   <= 1'b0;
        end else begin
            count <= count + 26'd1;
            led   <= count[25];
        end
    rtl_registers registers(.clk(clk), .rst_n(rst_n), .scl_i(scl_i), .sda_i(sda_i), .scl_oe(scl_oe),
                            .sda_oe(sda_oe), .fifo_push(fifo_push), .fifo_byte(fifo_byte));
endmodule
