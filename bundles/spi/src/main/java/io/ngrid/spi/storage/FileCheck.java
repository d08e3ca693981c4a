package io.ngrid.spi.storage;

/**
 * What a check found in one file.
 *
 * @param file the file, below the data directory
 * @param content what it is
 * @param records records, blocks, slots or elements that were read
 * @param bytes bytes that were read
 * @param verdict what is to be thought of it
 * @param note why, and from which offset on; empty if all is well
 */
public record FileCheck(String file, String content, long records, long bytes, Verdict verdict, String note) {
    /** What is to be thought of a file. */
    public enum Verdict {
        /** All of it is as it was written. */
        OK,
        /** Nothing that counts: the next start deletes or cuts it. */
        LEFT_OVER,
        /** Half-written at the end by a crash: nobody was told of it, the next start cuts or repairs it. */
        TORN,
        /** Not looked at, as it lies behind corruption. */
        UNREAD,
        /** It holds what was never written to it, or lacks what was [D2]. */
        CORRUPT
    }
}
