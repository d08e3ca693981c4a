package io.ngrid.storage;

/**
 * The layout of a record, big-endian, at an offset that is a multiple of {@value #ALIGNMENT}:
 *
 * <pre>
 *  0 u32 CRC32C of all that follows, padding included, seeded
 *  4 u32 length of the payload
 *  8 u64 position of this record in its log
 * 16 u64 flushed: position up to which the log was known to be on disk when this was written
 * 24 u64 epoch
 * 32 u64 index
 * 40 u64 time
 * 48 u32 CRC of the record before it
 * 52 u32 kind
 * 56 payload, zeros up to the next multiple of 8
 * </pre>
 */
final class Records {
    static final int HEADER = 56;
    static final int ALIGNMENT = 8;

    /** Kinds beside those of entries. {@code START} is a segment's first record; it names the last entry before it. */
    static final int START = 100;

    /** Last record of a segment that was left. */
    static final int ROLL = 101;

    /** Proof for the batch before it. */
    static final int SEAL = 102;

    /** Index of a segment that takes no more records. */
    static final int FOOTER = 103;

    /** An element of a queue. */
    static final int ELEMENT = 110;

    private Records() {}

    /** Bytes that a record takes. */
    static long size(int payload) {
        return ((long) HEADER + payload + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
