// Registers behind a pointer: the first byte of a write sets it, further bytes are written from
// there on, a read begins where it stands. It moves on after each byte, but at the FIFO and at the
// command, and survives STOP.
//
//   0x00        what it is: 0xA5
//   0x10        low four bits can be written
//   0x20        FIFO of 16 bytes, filled by the application; empty: 0x00
//   0x30..0x37  for anything; behind the last comes WRAP_TO
//   0xE0        command: busy for BUSY_CLOCKS
module register_map #(
    parameter integer BUSY_CLOCKS = 250000,
    parameter [7:0]   WRAP_TO     = 8'h00
) (
    input  wire       clk,
    input  wire       rst_n,
    // the bus
    input  wire       begins,
    input  wire       reading,
    input  wire       taken,
    input  wire       gave,
    input  wire [7:0] data,
    output wire       busy,
    output reg  [7:0] value,
    // the application
    input  wire       fifo_push,
    input  wire [7:0] fifo_byte
);
    reg [7:0]  pointer;
    reg        pointer_comes;
    reg [3:0]  control;
    reg [7:0]  scratch[0:7];
    reg [7:0]  fifo[0:15];
    reg [3:0]  fifo_first;
    reg [4:0]  fifo_count;
    reg        fifo_pushed;
    reg [23:0] busy_clocks;
    integer    i;

    assign busy = busy_clocks != 24'd0;
    wire is_scratch = pointer[7:3] == 5'b00110;
    wire pops       = gave && pointer == 8'h20 && fifo_count != 5'd0;
    wire pushes     = fifo_push && !fifo_pushed && fifo_count != 5'd16;

    always @*
        if (is_scratch)
            value = scratch[pointer[2:0]];
        else
            case (pointer)
                8'h00:   value = 8'hA5;
                8'h10:   value = {4'd0, control};
                8'h20:   value = fifo_count != 5'd0 ? fifo[fifo_first] : 8'h00;
                default: value = 8'h00;
            endcase

    task move_on;
        if (pointer == 8'h37)
            pointer <= WRAP_TO;
        else if (pointer != 8'h20 && pointer != 8'hE0)
            pointer <= pointer + 8'd1;
    endtask

    task write;
        begin
            if (is_scratch)
                scratch[pointer[2:0]] <= data;
            else if (pointer == 8'h10)
                control <= data[3:0];
            else if (pointer == 8'hE0)
                busy_clocks <= BUSY_CLOCKS[23:0];
            move_on;
        end
    endtask

    always @(posedge clk)
        if (!rst_n) begin
            pointer       <= 8'h00;
            pointer_comes <= 1'b0;
            control       <= 4'd0;
            fifo_first    <= 4'd0;
            fifo_count    <= 5'd0;
            fifo_pushed   <= 1'b0;
            busy_clocks   <= 24'd0;
            for (i = 0; i < 8; i = i + 1)
                scratch[i] <= 8'h00;
            for (i = 0; i < 16; i = i + 1)
                fifo[i] <= 8'h00;
        end else begin
            fifo_pushed <= fifo_push;
            if (busy_clocks != 24'd0)
                busy_clocks <= busy_clocks - 24'd1;
            if (begins)
                pointer_comes <= ~reading;
            if (taken && pointer_comes) begin
                pointer       <= data;
                pointer_comes <= 1'b0;
            end else if (taken)
                write;
            if (gave)
                move_on;
            if (pops)
                fifo_first <= fifo_first + 4'd1;
            if (pushes)
                fifo[fifo_first + fifo_count[3:0]] <= fifo_byte;
            fifo_count <= fifo_count + {4'd0, pushes} - {4'd0, pops};
        end
endmodule
