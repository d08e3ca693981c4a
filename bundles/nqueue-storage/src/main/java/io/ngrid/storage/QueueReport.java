package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import java.util.List;

/**
 * What {@link NQueue#verify} found.
 *
 * @param segments segment files
 * @param elements elements in them that are not consumed
 * @param bytes sum of their lengths
 * @param tornBytes bytes at the end that a crash left half-written; the next open cuts them, nobody was told of them
 * @param problems what is corrupt, each with file and offset; what lies behind it in its file was not looked at
 */
public record QueueReport(int segments, long elements, long bytes, long tornBytes, List<CorruptionException> problems) {
    /** Copies the list. */
    public QueueReport {
        problems = List.copyOf(problems);
    }

    /**
     * Whether the queue can be opened and all in it read.
     *
     * @return true if nothing is corrupt
     */
    public boolean isSound() {
        return problems.isEmpty();
    }
}
