package io.ngrid.storage;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a segment's file holds ahead of its records: zeros, in blocks of their own. They are cut when it takes no more. */
final class Headroom {
    private static final int LITTLE = 512 << 10;
    private static final int SMALL_FORCE = 64 << 10;
    private static final int ROOM = 4 << 20;

    /** When there is some. */
    enum Use {
        NEVER,
        /** While forces are small: one that finds the length unchanged need not wait for the file system's journal. */
        FOR_FORCES,
        /** For many small writes; {@link Headroom.Room} is made beside them. */
        FOR_WRITES
    }

    /** Room from an offset on. {@link #make} may run while others append in the room there was. */
    record Room(QueueSegment segment, long from, long to) {
        void make() throws IOException {
            segment.file.prepare(from, to);
        }
    }

    private final long segmentBytes;
    private final Use use;
    private @Nullable Room making;
    private long end;

    Headroom(long segmentBytes, Use use) {
        this.segmentBytes = segmentBytes;
        this.use = use;
    }

    /** A segment is gone on with, or begun, that ends here. */
    void begin(long offset) {
        end = offset;
    }

    /** Lets the file grow, before a force, when its records have come to its end. */
    void beforeForce(QueueSegment segment, long offset, long unforced) throws IOException {
        if (use == Use.FOR_FORCES && offset > end && offset < segmentBytes && unforced <= SMALL_FORCE) {
            long to = Math.min(segmentBytes, offset + LITTLE);
            try {
                Segments.fillWithZeros(segment.file, offset, to);
                end = to;
            } catch (IOException e) { // no space, mostly: it goes without until the next segment
                segment.file.truncate(offset);
                end = segmentBytes;
            }
        }
    }

    /** Whether {@link #start} has work: the room there was is almost used up. */
    boolean isWanted(long offset) {
        return use == Use.FOR_WRITES
                && making == null
                && Math.max(end, offset) < segmentBytes
                && end - offset < ROOM / 2;
    }

    /** The room to be made now, a little one first, so that nobody waits long in a new segment; null for none. */
    @Nullable
    Room start(QueueSegment segment, long offset) {
        if (!isWanted(offset)) {
            return null;
        }
        int more = end <= offset ? LITTLE : ROOM;
        end = Math.max(end, offset);
        Room room = new Room(segment, offset, Math.min(segmentBytes, end + more));
        making = room;
        return room;
    }

    /** Where no room could be made it is not tried again until the next segment. */
    void finish(Room room) throws IOException {
        making = null;
        end = room.segment.file.size() >= room.to ? room.to : segmentBytes;
    }

    /** Whether so many bytes would go where room is being made. */
    boolean isBeingMade(long offset, long bytes) {
        return making != null && offset + bytes > end;
    }

    /** Cuts it; returns whether there was some. */
    boolean cut(QueueSegment segment, long offset) throws IOException {
        boolean some = end > offset;
        if (some) {
            segment.file.truncate(offset);
        }
        end = offset;
        return some;
    }
}
