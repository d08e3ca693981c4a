package io.ngrid.model;

import io.ngrid.spi.LogPosition;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.election.Vote;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a recording knows of one node. */
final class NodeRecord {
    /** A step that is taken once so many promises are written that come before it. */
    private static final class Held {
        private final Runnable step;
        private int writes;

        Held(int writes, Runnable step) {
            this.writes = writes;
            this.step = step;
        }
    }

    final LogRecord log = new LogRecord();
    private final List<Held> held = new ArrayList<>();

    @Nullable
    StorageId storage;

    /** The promise as it was formed with [M1], or as written last. */
    Vote promise = new Vote(1, null);

    /** The promise that is being written: a crash meanwhile may leave the old one or this. */
    @Nullable
    Vote writing;

    /** The snapshot that is being put in the place of its state [C1]. */
    @Nullable
    LogPosition installing;

    /** A promise is written for the sake of fetched entries, which are taken over next: one step with that [E4]. */
    boolean takes;

    /** It has a storage fault: until it starts again, it does nothing that anybody may count [D1]. */
    boolean degraded;

    /** Epoch that it leads, 0 if none. */
    long leads;

    long noOpIndex;
    long commitIndex;

    /** Takes a step when the promises before it in a list of effects are written. */
    void after(int writes, Runnable step) {
        if (writes == 0) {
            step.run();
        } else {
            held.add(new Held(writes, step));
        }
    }

    void written() {
        for (Held waiting : List.copyOf(held)) {
            if (--waiting.writes == 0) {
                held.remove(waiting);
                waiting.step.run();
            }
        }
    }

    void restarted() {
        held.clear();
        leads = 0;
        takes = false;
        degraded = false;
    }
}
