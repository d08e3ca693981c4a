package io.ngrid.node.loop;

/**
 * The bound of what a leader has taken on and not answered yet, in operations and bytes [R7]. Over it the proxy is told
 * *not executed* at once; it tries again until its caller's time is up. Event loop only.
 */
final class Admission {
    /** Default bound in operations. */
    static final int MAX_OPERATIONS = 65_536;

    /** Default bound in bytes. */
    static final long MAX_BYTES = 64L << 20;

    private final int maxOperations;
    private final long maxBytes;
    private int operations;
    private long bytes;

    Admission(int maxOperations, long maxBytes) {
        this.maxOperations = maxOperations;
        this.maxBytes = maxBytes;
    }

    static Admission withDefaults() {
        return new Admission(MAX_OPERATIONS, MAX_BYTES);
    }

    /** Takes an operation on, or says no. One that is larger than the whole is taken on alone. */
    boolean take(long size) {
        boolean fits = operations == 0 || operations < maxOperations && bytes + size <= maxBytes;
        if (fits) {
            operations++;
            bytes += size;
        }
        return fits;
    }

    /** An operation was answered. */
    void giveBack(long size) {
        operations--;
        bytes -= size;
        if (operations < 0 || bytes < 0) {
            throw new IllegalStateException(
                    "given back more than taken: operations=" + operations + ", bytes=" + bytes);
        }
    }

    int operations() {
        return operations;
    }
}
