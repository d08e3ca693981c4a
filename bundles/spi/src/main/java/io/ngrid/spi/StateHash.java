package io.ngrid.spi;

/**
 * The running hash of a state at an index [R6].
 *
 * @param index the index that the state has applied; 0 for none
 * @param hash the hash over all entries up to it and what they came to
 */
public record StateHash(long index, long hash) {
    /** No hash to show. */
    public static final StateHash NONE = new StateHash(0, 0);

    /**
     * The hash as people see it.
     *
     * @return 16 hexadecimal digits
     */
    public String text() {
        return String.format("%016x", hash);
    }
}
