package io.ngrid.node.state;

/** Bytes of a {@link Result}. The codes are stored and sent; never reuse one. */
public final class ResultCodec {
    private static final int DONE = 1;
    private static final int FLAG = 2;
    private static final int POLLED = 3;
    private static final int PREVIOUS = 4;
    private static final int FAILED = 5;

    private ResultCodec() {}

    /** Writes a result. */
    public static void write(ByteWriter out, Result result) {
        if (result instanceof Result.Flag flag) {
            out.u8(FLAG);
            out.bool(flag.value());
        } else if (result instanceof Result.Polled polled) {
            out.u8(POLLED);
            out.varint(polled.queue());
            out.longs(polled.sequences());
        } else if (result instanceof Result.Previous previous) {
            out.u8(PREVIOUS);
            out.bool(previous.done());
            out.optionalBytes(previous.value());
            out.varint(previous.version());
        } else if (result instanceof Result.Failed failed) {
            out.u8(FAILED);
            out.u8(failed.reason().code());
            out.string(failed.message());
        } else if (result instanceof Result.Done) {
            out.u8(DONE);
        } else {
            throw new IllegalStateException("no layout for " + result.getClass());
        }
    }

    /**
     * Reads a result.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static Result read(ByteReader in) {
        int code = in.u8();
        return switch (code) {
            case DONE -> new Result.Done();
            case FLAG -> new Result.Flag(in.bool());
            case POLLED -> new Result.Polled(in.varint(), in.longs());
            case PREVIOUS -> new Result.Previous(in.bool(), in.optionalBytes(), in.varint());
            case FAILED -> new Result.Failed(reason(in), in.string());
            default -> throw new IllegalArgumentException("no result has code " + code);
        };
    }

    static Result.Reason reason(ByteReader in) {
        int code = in.u8();
        for (Result.Reason reason : Result.Reason.values()) {
            if (reason.code() == code) {
                return reason;
            }
        }
        throw new IllegalArgumentException("no reason has code " + code);
    }
}
