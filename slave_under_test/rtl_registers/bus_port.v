// START, STOP, bits and bytes of a slave at one 7-bit address. What it does on the lines it does
// HOLD clocks behind SCL's fall, so that SCL is surely low by then (UM10204 Table 11, tHD;DAT).
//
// A change of SDA is a START or STOP when SCL has stayed high for SETTLE clocks behind it: where a
// spike follows SCL's fall the filter tells of that fall up to three clocks late, perhaps behind a
// change of SDA that came after it.
//
// STRETCH 1 holds SCL low for STRETCH_CLOCKS at each byte, 2 at each bit.
//
// FAULT makes it wrong on purpose:
//   1  a repeated START is not seen
//   2  SDA stays as it is behind the last bit of a byte that it sends
module bus_port #(
    parameter [6:0]   ADDRESS        = 7'h50,
    parameter integer HOLD           = 10,
    parameter integer SETTLE         = 4,
    parameter integer STRETCH        = 0,
    parameter integer STRETCH_CLOCKS = 0,
    parameter integer FAULT          = 0
) (
    input  wire       clk,
    input  wire       rst_n,
    input  wire       scl,
    input  wire       sda,
    output reg        scl_oe,
    output reg        sda_oe,
    // the registers
    input  wire       busy,     // does not answer to its address
    input  wire [7:0] value,    // to be sent next
    output reg        begins,   // a segment for this slave
    output reg        taken,    // `shift` is a byte for it
    output reg        gave,     // `value` has been sent
    output reg  [7:0] shift,
    output reg        sending
);
    localparam [2:0] IDLE = 0, ADDR = 1, ADDR_ACK = 2, RECEIVE = 3, RECEIVE_ACK = 4, SEND = 5,
                     SEND_ACK = 6;

    reg [2:0]  state;
    reg [3:0]  bits;      // clocks of the byte that have risen
    reg        acked;     // the master's answer to the byte sent
    reg        scl_was, sda_was;
    reg        holding;   // from SCL's fall to the step that it asks for
    reg [15:0] hold;
    reg [23:0] stretch;   // clocks until SCL is let go
    reg [7:0]  settle;    // clocks until a change of SDA is a START or STOP

    wire rises   = scl & ~scl_was;
    wire falls   = ~scl & scl_was;
    wire changes = scl & scl_was & (sda ^ sda_was);
    wire settled = scl & (settle == 8'd1) & ~changes;
    wire starts  = settled & ~sda;
    wire stops   = settled & sda;

    // Whether SCL waits before what its fall asks for. The address itself is compared at once: a
    // slave that is not meant must not hold SCL.
    reg waits;
    always @*
        case (state)
            RECEIVE:           waits = STRETCH == 2 || (STRETCH == 1 && bits == 4'd8);
            ADDR_ACK:          waits = STRETCH == 2 || (STRETCH == 1 && sending);
            RECEIVE_ACK, SEND: waits = STRETCH == 2;
            SEND_ACK:          waits = STRETCH != 0 && acked;
            default:           waits = 1'b0;
        endcase

    task put_bit(input one);
        sda_oe <= ~one;
    endtask

    task begin_to_send;
        begin
            state <= SEND;
            bits  <= 4'd0;
            shift <= {value[6:0], 1'b0};
            put_bit(value[7]);
        end
    endtask

    task begin_to_receive;
        begin
            state  <= RECEIVE;
            bits   <= 4'd0;
            sda_oe <= 1'b0;
        end
    endtask

    task drop_out;
        begin
            state  <= IDLE;
            sda_oe <= 1'b0;
        end
    endtask

    task step;
        case (state)
            ADDR:
                if (bits == 4'd8) begin
                    sending <= shift[0];
                    if (shift[7:1] == ADDRESS && !busy) begin
                        state  <= ADDR_ACK;
                        begins <= 1'b1;
                        sda_oe <= 1'b1;
                    end else
                        drop_out;
                end
            ADDR_ACK:
                if (sending)
                    begin_to_send;
                else
                    begin_to_receive;
            RECEIVE:
                if (bits == 4'd8) begin
                    state  <= RECEIVE_ACK;
                    taken  <= 1'b1;
                    sda_oe <= 1'b1;
                end
            RECEIVE_ACK:
                begin_to_receive;
            SEND:
                if (bits == 4'd8) begin
                    state <= SEND_ACK;
                    gave  <= 1'b1;
                    if (FAULT != 2)
                        sda_oe <= 1'b0;
                end else begin
                    put_bit(shift[7]);
                    shift <= {shift[6:0], 1'b0};
                end
            SEND_ACK:
                if (acked)
                    begin_to_send;
                else
                    drop_out;
            default: ;
        endcase
    endtask

    task on_rise;
        begin
            bits <= bits + 4'd1;
            if (state == SEND_ACK)
                acked <= ~sda;
            else if (state == ADDR || state == RECEIVE)
                shift <= {shift[6:0], sda};
        end
    endtask

    always @(posedge clk)
        if (!rst_n) begin
            state   <= IDLE;
            bits    <= 4'd0;
            shift   <= 8'd0;
            sending <= 1'b0;
            acked   <= 1'b0;
            scl_was <= scl;
            sda_was <= sda;
            holding <= 1'b0;
            hold    <= 16'd0;
            stretch <= 24'd0;
            settle  <= 8'd0;
            begins  <= 1'b0;
            taken   <= 1'b0;
            gave    <= 1'b0;
            scl_oe  <= 1'b0;
            sda_oe  <= 1'b0;
        end else begin
            scl_was <= scl;
            sda_was <= sda;
            settle  <= !scl ? 8'd0 : changes ? SETTLE[7:0] : settle - {7'd0, settle != 8'd0};
            begins  <= 1'b0;
            taken   <= 1'b0;
            gave    <= 1'b0;
            if (stretch != 24'd0)
                stretch <= stretch - 24'd1;
            else
                scl_oe <= 1'b0;
            if (starts && !(FAULT == 1 && state != IDLE)) begin
                state   <= ADDR;
                bits    <= 4'd0;
                sda_oe  <= 1'b0;
                holding <= 1'b0;
            end else if (stops) begin
                drop_out;
                holding <= 1'b0;
            end else if (rises && state != IDLE)
                on_rise;
            else if (falls && state != IDLE) begin
                holding <= 1'b1;
                hold    <= HOLD[15:0];
            end else if (holding) begin
                hold <= hold - 16'd1;
                if (hold == 16'd0) begin
                    holding <= 1'b0;
                    if (waits) begin
                        scl_oe  <= 1'b1;
                        stretch <= STRETCH_CLOCKS[23:0];
                    end
                    step;
                end
            end
        end
endmodule
