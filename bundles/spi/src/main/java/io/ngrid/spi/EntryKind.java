package io.ngrid.spi;

/** What an entry of the log is. The code is stored and sent; never reuse one. */
public enum EntryKind {
    /** First entry of every leader [R2]; no payload. */
    NO_OP(1),
    /** A {@link Configuration}; the first of a log forms the cluster [M1]. */
    CONFIGURATION(2),
    /** A command of the state machines: an operation, the opening or the end of a session. */
    COMMAND(3),
    /** Log time only [R6]; no payload. */
    TICK(4);

    private final int code;

    EntryKind(int code) {
        this.code = code;
    }

    /**
     * The stored code.
     *
     * @return the code
     */
    public int code() {
        return code;
    }

    /**
     * The kind of a code.
     *
     * @param code the stored code
     * @return the kind
     * @throws IllegalArgumentException if there is none
     */
    public static EntryKind of(int code) {
        for (EntryKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no entry kind has code " + code);
    }
}
