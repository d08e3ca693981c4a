package io.ngrid.node.state;

/**
 * Bytes of a {@link Command}, the payload of a command entry: u8 version 1, u8 code, fields. The codes are stored; never
 * reuse one. Bytes left over are refused, because every node must understand a command in the same way [R6].
 */
public final class CommandCodec {
    private static final int VERSION = 1;
    private static final int OPEN_SESSION = 1;
    private static final int CLOSE_SESSION = 2;
    private static final int EXECUTE = 3;

    private CommandCodec() {}

    /**
     * Writes a command.
     *
     * @param command the command
     * @return its bytes
     * @throws IllegalArgumentException if a list or string in it is too long, see {@link ByteWriter}
     */
    public static byte[] encode(Command command) {
        return ByteWriter.encode(out -> write(out, command));
    }

    private static void write(ByteWriter out, Command command) {
        out.u8(VERSION);
        if (command instanceof Command.Execute execute) {
            out.u8(EXECUTE);
            out.uuid(execute.session());
            out.varint(execute.sequence());
            out.varint(execute.floor());
            out.longs(execute.closed());
            out.longs(execute.readEmpty());
            ActionCodec.write(out, execute.action());
        } else if (command instanceof Command.OpenSession open) {
            out.u8(OPEN_SESSION);
            out.uuid(open.session());
            SettingsCodec.write(out, open.owner());
            out.varint(open.start());
        } else if (command instanceof Command.CloseSession close) {
            out.u8(CLOSE_SESSION);
            out.uuid(close.session());
        } else {
            throw new IllegalStateException("no layout for " + command.getClass());
        }
    }

    /**
     * Reads a command.
     *
     * @param payload its bytes
     * @return the command
     * @throws IllegalArgumentException if it is malformed
     */
    public static Command decode(byte[] payload) {
        ByteReader in = new ByteReader(payload);
        in.version("command", VERSION);
        Command command = read(in);
        in.end();
        return command;
    }

    private static Command read(ByteReader in) {
        int code = in.u8();
        return switch (code) {
            case OPEN_SESSION -> new Command.OpenSession(in.uuid(), SettingsCodec.readMember(in), in.varint());
            case CLOSE_SESSION -> new Command.CloseSession(in.uuid());
            case EXECUTE ->
                new Command.Execute(
                        in.uuid(), in.sequence(), in.sequence(), in.sequences(), in.sequences(), ActionCodec.read(in));
            default -> throw new IllegalArgumentException("no command has code " + code);
        };
    }
}
