package io.ngrid.spi.storage;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogReader;
import java.util.List;

/**
 * The log on disk. The event loop stages changes and reads; the log-writer thread carries them out. A change is visible
 * to readers at once and durable after a {@link #flush} that returned its ticket or a higher one.
 */
public interface ChangeLog extends LogReader {
    /**
     * Stages entries. Event loop only. Never waits: the node bounds what it proposes.
     *
     * @param ticket number of the change; rises by one each
     * @param entries the entries, the first one right behind the log's end
     */
    void append(long ticket, List<LogEntry> entries);

    /**
     * Stages a cut of the tail. Event loop only.
     *
     * @param ticket number of the change; rises by one each
     * @param fromIndex first index to go
     */
    void truncate(long ticket, long fromIndex);

    /**
     * Stages a compaction: segments that hold only entries up to an index may go. Event loop only; no ticket.
     *
     * @param index the index
     * @param keepBytes so many bytes of the log stay in any case, for who was away for a short time
     */
    void compact(long index, long keepBytes);

    /**
     * Carries out all that is staged, with one force for it all [R1]. Log-writer thread only. One second after the last
     * change it writes a seal, once. What there is no space for stays staged, and is tried again [D3].
     *
     * @param nowNanos monotonic time
     * @return the highest ticket durable, 0 if none yet
     * @throws StorageException if anything fails; the log is poisoned from then on [D1]
     */
    long flush(long nowNanos);

    /**
     * Whether something staged waits for space on the disk [D3]. Any thread.
     *
     * @return true if it does
     */
    boolean isStalled();

    /**
     * Whether {@link #flush} has something to do now. Any thread.
     *
     * @return true if it has
     */
    boolean hasStaged();

    /**
     * When {@link #flush} has a seal to write if nothing is staged before; {@link Long#MAX_VALUE} for never. Log-writer
     * thread only.
     *
     * @return monotonic time
     */
    long nextFlushNanos();

    /**
     * Index up to which the log is durable. Any thread.
     *
     * @return the index
     */
    long flushedIndex();

    /**
     * Bytes staged and not yet durable. Any thread.
     *
     * @return the bytes
     */
    long stagedBytes();

    /**
     * Size of a segment: of a log that is shorter nothing can be compacted. Any thread.
     *
     * @return the size, in bytes
     */
    long segmentBytes();

    /**
     * Forces since the log was opened, and the time that they took. Any thread.
     *
     * @return the figures
     */
    FlushFigures figures();

    /**
     * Figures of the log's flushes.
     *
     * @param forces number of forces
     * @param entries entries made durable
     * @param bytes bytes written
     * @param lastForceNanos duration of the last force
     * @param maxForceNanos duration of the longest force
     */
    record FlushFigures(long forces, long entries, long bytes, long lastForceNanos, long maxForceNanos) {}
}
