// The level of a line, in the clock's own time: two registers against metastability, then what most
// of the last 2 * SAMPLES - 1 samples say. A spike of 50 ns (UM10204 tSP) covers three samples of a
// 50 MHz clock, of seven. Samples that had to be equal in a row would begin anew at each spike, and a
// spike beside an edge would hold the edge back for all of them.
module line_filter #(
    parameter integer SAMPLES = 4 // up to 8
) (
    input  wire clk,
    input  wire rst_n,
    input  wire line,
    output reg  level
);
    localparam integer WINDOW = 2 * SAMPLES - 1;

    reg [1:0]        sync;
    reg [WINDOW-1:0] seen;
    reg [4:0]        highs;  // of `seen`

    wire [4:0] next = highs + {4'd0, sync[1]} - {4'd0, seen[WINDOW-1]};

    always @(posedge clk) begin
        sync <= {sync[0], line};
        if (!rst_n) begin
            // As the line is: what it was before must not look like an edge behind the reset.
            seen  <= {WINDOW{sync[1]}};
            highs <= sync[1] ? WINDOW[4:0] : 5'd0;
            level <= sync[1];
        end else begin
            seen  <= {seen[WINDOW-2:0], sync[1]};
            highs <= next;
            level <= next >= SAMPLES[4:0];
        end
    end
endmodule
