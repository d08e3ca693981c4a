package io.ngrid.node.loop;

import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.Group.Space;
import io.ngrid.spi.storage.UnfinishedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the space on the disk [D3]: says in time when nothing more is to be taken on that takes space, and holds a
 * reserve once there is something to lose. Checkpoint lane; the reason may be read by any.
 */
final class SpaceWatch {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceWatch.class);
    private static final long EVERY_NANOS = 1_000_000_000L;
    private static final long STEP_NANOS = 20_000_000L;

    private final Group store;
    private volatile String full = "";
    private volatile boolean critical;
    private boolean begun;
    private long nextNanos;

    SpaceWatch(Group store) {
        this.store = store;
    }

    /** Why nothing is taken on that takes space; empty if there is enough. Any thread. */
    String full() {
        return full;
    }

    /** Whether the reserve was given away, or not even that was enough: others should lead. Any thread. */
    boolean isCritical() {
        return critical;
    }

    /** Returns when to be called again. */
    long tick(long now) {
        if (begun && now - nextNanos < 0) {
            return nextNanos;
        }
        begun = true;
        nextNanos = now + EVERY_NANOS;
        try {
            Space space = store.space();
            judge(space);
            critical = space.isCritical();
            long wanted = critical ? space.enoughBytes() + space.reserveLacks() : 4 * space.lowBytes();
            if (space.leftBytes() >= wanted && store.checkpoints().index() > 0 && !store.reserve()) {
                nextNanos = now + STEP_NANOS;
            }
        } catch (UnfinishedException e) {
            LOG.debug("the space is not known", e);
        }
        return nextNanos;
    }

    /** What was full is so until there is a quarter more than enough, and the reserve is held again. */
    private void judge(Space space) {
        boolean wasFull = !full.isEmpty();
        long wanted = wasFull ? space.enoughBytes() : space.lowBytes();
        boolean low = space.leftBytes() < wanted || space.isCritical();
        String why = "";
        if (low) {
            why = "storage full: " + Math.max(0, space.leftBytes() >> 20) + " MiB will be left on the disk after the"
                    + " next checkpoint, " + (space.lowBytes() >> 20) + " MiB are needed"
                    + (space.isCritical() ? "; the reserve is in use" : "") + ". Take elements, or make room";
        }
        if (low != wasFull) {
            LOG.warn("state={} {}", low ? "storage_full" : "storage_not_full", why);
        }
        full = why;
    }
}
