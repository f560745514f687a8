// The level of a line, in the clock's own time: two registers against metastability, then a level
// counts only after SAMPLES equal samples. A spike of 50 ns (UM10204 tSP) covers three samples of a
// 50 MHz clock.
module line_filter #(
    parameter integer SAMPLES = 4
) (
    input  wire clk,
    input  wire rst_n,
    input  wire line,
    output reg  level
);
    reg [1:0] sync;
    reg [7:0] count;

    always @(posedge clk)
        if (!rst_n) begin
            // As the line is: what it was before must not look like an edge behind the reset.
            sync  <= {sync[0], line};
            level <= sync[1];
            count <= 8'd0;
        end else begin
            sync <= {sync[0], line};
            if (sync[1] == level)
                count <= 8'd0;
            else if (count + 8'd1 >= SAMPLES[7:0]) begin
                level <= sync[1];
                count <= 8'd0;
            end else
                count <= count + 8'd1;
        end
endmodule
