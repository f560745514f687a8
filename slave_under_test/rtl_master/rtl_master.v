// An I2C controller that takes commands of one byte: the master of a case, see README.md.
//
// A bit is HALF clocks low, then SCL is let go, waited for, and HALF clocks high. SDA changes HOLD
// clocks behind SCL's fall.
module rtl_master #(
    parameter integer HALF = 250,
    parameter integer HOLD = 25
) (
    input  wire       clk,
    input  wire       rst_n,
    input  wire       scl_i,
    input  wire       sda_i,
    output reg        scl_oe, // 1 pulls the line
    output reg        sda_oe,
    // a command is taken where both are 1; it is done when cmd_ready is 1 again
    input  wire       cmd_valid,
    output wire       cmd_ready,
    input  wire [1:0] cmd,
    input  wire [7:0] cmd_data, // to be written
    input  wire       cmd_nack, // the answer to what is read
    output reg  [7:0] rx_data,  // what was read
    output reg        rx_nack   // the answer to what was written
);
    localparam [1:0] START = 0, WRITE = 1, READ = 2, STOP = 3;
    localparam [2:0] IDLE = 0, LOW = 1, RISE = 2, HIGH = 3, HOLD_START = 4, FREE = 5;

    reg [2:0]  state;
    reg [1:0]  doing;
    reg [3:0]  bits;   // of the byte and its answer that are still to come
    reg [8:0]  shift;  // what SDA is to be in each of them, the first on top
    reg [15:0] count;
    reg [1:0]  scl_sync, sda_sync;

    reg        cmd_taken;

    assign cmd_ready = state == IDLE && !cmd_taken;

    // What SDA is while SCL is low: a bit, high before a repeated START, low before STOP.
    wire sda_low = doing == START ? 1'b0 : doing == STOP ? 1'b1 : ~shift[8];

    task done;
        state <= IDLE;
    endtask

    task next_bit;
        begin
            scl_oe <= 1'b1;
            count  <= 16'd0;
            if (bits == 4'd1)
                done;
            else begin
                bits  <= bits - 4'd1;
                shift <= {shift[7:0], 1'b1};
                state <= LOW;
            end
        end
    endtask

    // Behind the high phase of SCL.
    task ends_high;
        case (doing)
            START: begin
                sda_oe <= 1'b1;
                state  <= HOLD_START;
                count  <= 16'd0;
            end
            STOP: begin
                sda_oe <= 1'b0;
                state  <= FREE;
                count  <= 16'd0;
            end
            default: begin
                if (bits == 4'd1)
                    rx_nack <= sda_sync[1];
                else
                    rx_data <= {rx_data[6:0], sda_sync[1]};
                next_bit;
            end
        endcase
    endtask

    always @(posedge clk)
        if (!rst_n) begin
            state     <= IDLE;
            doing     <= START;
            bits      <= 4'd0;
            shift     <= 9'h1FF;
            count     <= 16'd0;
            scl_sync  <= 2'b11;
            sda_sync  <= 2'b11;
            scl_oe    <= 1'b0;
            sda_oe    <= 1'b0;
            cmd_taken <= 1'b0;
            rx_data   <= 8'd0;
            rx_nack   <= 1'b0;
        end else begin
            scl_sync  <= {scl_sync[0], scl_i};
            sda_sync  <= {sda_sync[0], sda_i};
            cmd_taken <= cmd_valid && cmd_ready;
            if (cmd_valid && cmd_ready) begin
                doing <= cmd;
                bits  <= 4'd9;
                shift <= cmd == READ ? {8'hFF, cmd_nack} : {cmd_data, 1'b1};
                count <= 16'd0;
                state <= LOW;
            end else
                case (state)
                    LOW: begin
                        count <= count + 16'd1;
                        if (count == HOLD[15:0])
                            sda_oe <= sda_low;
                        if (count == HALF[15:0] - 16'd1) begin
                            scl_oe <= 1'b0;
                            state  <= RISE;
                        end
                    end
                    RISE: // another node may hold it
                        if (scl_sync[1]) begin
                            count <= 16'd0;
                            state <= HIGH;
                        end
                    HIGH: begin
                        count <= count + 16'd1;
                        if (count == HALF[15:0] - 16'd1)
                            ends_high;
                    end
                    HOLD_START: begin
                        count <= count + 16'd1;
                        if (count == HALF[15:0] - 16'd1) begin
                            scl_oe <= 1'b1;
                            done;
                        end
                    end
                    FREE: begin
                        count <= count + 16'd1;
                        if (count == HALF[15:0] - 16'd1)
                            done;
                    end
                    default: ;
                endcase
        end
endmodule
