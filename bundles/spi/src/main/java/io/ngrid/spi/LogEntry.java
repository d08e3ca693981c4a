package io.ngrid.spi;

/**
 * An entry of the replicated log.
 *
 * @param index its index, from 1, without gaps
 * @param epoch the epoch of the leader that made it
 * @param time log time in nanoseconds [R6]: never falls along the log; no wall clock
 * @param kind what it is
 * @param payload its content; belongs to the log, nobody changes it
 */
public record LogEntry(long index, long epoch, long time, EntryKind kind, byte[] payload) {
    /** Bytes that an entry costs beside its payload, on the wire and on disk, rounded up; for bounds in bytes. */
    public static final int OVERHEAD = 64;

    /**
     * The entry's position.
     *
     * @return the position
     */
    public LogPosition position() {
        return new LogPosition(epoch, index);
    }

    /**
     * What the entry counts against bounds in bytes.
     *
     * @return its size
     */
    public int size() {
        return payload.length + OVERHEAD;
    }

    @Override
    public String toString() {
        return epoch + ":" + index + " " + kind + " " + payload.length + "B";
    }
}
