package io.ngrid.spi;

import java.util.List;

/**
 * Reads the log as its owner left it, entries included that are not yet on disk. Called by the event loop; short reads
 * from disk are possible (an entry that left the tail cache).
 */
public interface LogReader {
    /**
     * Index of the first entry still there; {@code lastIndex() + 1} of an empty log.
     *
     * @return the index, from 1
     */
    long firstIndex();

    /**
     * Position of the last entry; {@link LogPosition#ZERO} of a log that never had one.
     *
     * @return the position
     */
    LogPosition last();

    /**
     * Epoch of the entry at an index.
     *
     * @param index from {@code firstIndex() - 1} to {@code last().index()}; 0 is allowed and gives 0
     * @return the epoch
     * @throws IndexOutOfBoundsException if the index is not in that range
     */
    long epochAt(long index);

    /**
     * Bytes of the entries behind an index: exact at the log's end, about right farther back. Any thread.
     *
     * @param index from {@code firstIndex() - 1} on
     * @return the bytes
     */
    long bytesBehind(long index);

    /**
     * Entries in their order.
     *
     * @param fromIndex first index, {@code firstIndex()} to {@code last().index()}
     * @param maxBytes bound on the sum of {@link LogEntry#size}; the first entry is returned whatever its size
     * @return at least one entry
     * @throws io.ngrid.spi.storage.StorageException if the disk cannot be read
     */
    List<LogEntry> entries(long fromIndex, int maxBytes);
}
