package io.ngrid.storage;

import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blocks held back for the day when the disk is full [D3]: given away when the log finds no space for its next segment, so that
 * polls and removals can go on until a checkpoint frees what they took. Made in steps on the checkpoint thread, given
 * away by the log's.
 */
final class Reserve {
    static final String FILE = "reserve";
    private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);
    private static final long STEP = 1 << 20;

    private final Disk disk;
    private final String path;
    private @Nullable DiskFile file; // while it is being made
    private long filled;
    private boolean held;
    private volatile boolean given;

    Reserve(Disk disk, String group) throws IOException {
        this.disk = disk;
        this.path = Segments.path(group, FILE);
        if (disk.exists(path)) {
            try (DiskFile found = disk.open(path, false)) {
                filled = found.size(); // it is written from its beginning on
            }
        }
    }

    /** Whether it was given away, and not made again since. Any thread. */
    boolean isGiven() {
        return given;
    }

    /** So many of some bytes it does not hold, a part that is made counts. */
    synchronized long lacks(long bytes) {
        return Math.max(0, bytes - filled);
    }

    /** Gives it away; false if there is none. */
    synchronized boolean give() {
        boolean was = held || filled > 0;
        given = true;
        delete();
        if (was) {
            LOG.warn("event=reserve_used path={}/{}: the disk is full", disk.root(), path);
        }
        return was;
    }

    /**
     * Makes a step towards a size, which may have grown; without space what was not held yet is deleted, and begun anew at the
     * next call.
     *
     * @return whether it is held, as large as it can be now
     */
    synchronized boolean build(long bytes) {
        if (held && filled >= bytes) {
            return true;
        }
        try {
            DiskFile target = file == null ? disk.open(path, true) : file;
            file = target;
            long to = Math.min(bytes, filled + STEP);
            Segments.fillWithZeros(target, filled, to);
            filled = Math.max(filled, to);
            if (filled >= bytes) {
                target.close();
                file = null;
                held = true;
                given = false;
            }
            return filled >= bytes;
        } catch (IOException e) {
            LOG.warn("event=reserve_failed path={}/{} reason=\"{}\"", disk.root(), path, e.getMessage());
            if (!held) {
                delete();
            }
            return held;
        }
    }

    synchronized void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private void delete() {
        try {
            close();
            disk.delete(path);
        } catch (IOException e) {
            LOG.warn("event=cleanup_failed file={} reason=\"{}\"", path, e.getMessage());
        }
        filled = 0;
        held = false;
    }
}
