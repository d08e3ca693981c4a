package io.ngrid.node.state;

import io.ngrid.spi.LogEntry;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The running hash over applied entries and what they came to [R6]. Two nodes that applied the same log in the same way have
 * the same; once they differ they stay different. It is compared between nodes, and kept in checkpoints: what goes into
 * it, and how, never changes, and texts for people are left out of it.
 */
final class RunningHash {
    private static final int NOTHING = 0;
    private static final int OPENED = 1;
    private static final int SETTLED = 2;
    private static final int GAP = 3;
    private static final int SESSION_UNKNOWN = 4;
    private static final int DONE = 5;
    private static final int FLAG = 6;
    private static final int POLLED = 7;
    private static final int PREVIOUS = 8;
    private static final int FAILED = 9;

    private long hash;

    private RunningHash(long hash) {
        this.hash = hash;
    }

    /**
     * The hash after an entry.
     *
     * @param before the hash before it
     * @param entry the entry
     * @param outcome what it came to, null if nothing can
     * @return the hash
     */
    static long after(long before, LogEntry entry, @Nullable Outcome outcome) {
        RunningHash running = new RunningHash(before);
        running.add(entry.index());
        running.add(entry.epoch());
        running.add(entry.time());
        running.add(entry.kind().code());
        running.add(entry.payload());
        running.add(outcome);
        return running.hash;
    }

    private void add(@Nullable Outcome outcome) {
        if (outcome instanceof Outcome.Executed executed) {
            add(executed.result());
        } else if (outcome instanceof Outcome.Gap gap) {
            add(GAP);
            add(gap.from());
        } else if (outcome instanceof Outcome.Opened) {
            add(OPENED);
        } else if (outcome instanceof Outcome.Settled) {
            add(SETTLED);
        } else if (outcome instanceof Outcome.SessionUnknown) {
            add(SESSION_UNKNOWN);
        } else {
            add(NOTHING);
        }
    }

    private void add(Result result) {
        if (result instanceof Result.Flag flag) {
            add(FLAG);
            add(flag.value() ? 1 : 0);
        } else if (result instanceof Result.Polled polled) {
            add(POLLED);
            add(polled.queue());
            add(polled.sequences().size());
            polled.sequences().forEach(this::add);
        } else if (result instanceof Result.Previous previous) {
            byte[] value = previous.value();
            add(PREVIOUS);
            add(previous.done() ? 1 : 0);
            add(previous.version());
            add(value == null ? 0 : 1);
            add(value == null ? new byte[0] : value);
        } else if (result instanceof Result.Failed failed) {
            add(FAILED);
            add(failed.reason().code());
        } else {
            add(DONE);
        }
    }

    private void add(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        add((long) bytes.length << 32 | crc.getValue());
    }

    /** A step that loses nothing: an odd factor and a shifted xor can be undone. */
    private void add(long value) {
        long mixed = (hash ^ value) * 0x9E37_79B9_7F4A_7C15L;
        hash = mixed ^ mixed >>> 32;
    }
}
