package io.ngrid.spi.message;

import io.ngrid.spi.LogPosition;

/**
 * SNAPSHOT_CHUNK: a piece of a leader's checkpoint, for a follower that lacks entries which the log no longer has [C1].
 *
 * @param epoch the leader's epoch
 * @param snapshot the last entry in the checkpoint's state
 * @param checkpointLength length of the checkpoint's own file, which comes first and names the others, in bytes
 * @param position where the piece belongs, all files one behind the other, in bytes
 * @param bytes the piece; in one file
 */
public record SnapshotChunk(long epoch, LogPosition snapshot, long checkpointLength, long position, byte[] bytes)
        implements Message {
    /** Without the piece: as a byte array says nothing, and says it differently each time. */
    @Override
    public String toString() {
        return "SnapshotChunk[epoch=" + epoch + ", snapshot=" + snapshot + ", checkpointLength=" + checkpointLength
                + ", position=" + position + ", bytes=" + bytes.length + "]";
    }
}
