package io.ngrid.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Faults that a {@link MemoryDisk} was told to make. Guarded by the disk's lock. */
final class DiskFaults {
    enum Operation {
        READ,
        WRITE,
        FORCE,
        /** Names and lengths: open, list, make, rename, cut, delete, or ask for them. */
        OTHER
    }

    private static final class Planned {
        final @Nullable Operation operation;
        final Predicate<String> path;
        int left;

        Planned(@Nullable Operation operation, Predicate<String> path, int left) {
            this.operation = operation;
            this.path = path;
            this.left = left;
        }
    }

    private final List<Planned> planned = new ArrayList<>();

    @Nullable
    Predicate<String> held;

    int waiting;
    long capacity = Long.MAX_VALUE;

    /** @param operation the kind, or null for any */
    void plan(@Nullable Operation operation, Predicate<String> path, int nth) {
        if (nth < 1) {
            throw new IllegalArgumentException("nth must be 1 or more: " + nth);
        }
        planned.add(new Planned(operation, path, nth));
    }

    /** Whether this operation is one that is to fail; counts it. */
    boolean strikes(Operation operation, String path) {
        boolean hit = false;
        for (var all = planned.iterator(); all.hasNext(); ) {
            Planned fault = all.next();
            if ((fault.operation == null || fault.operation == operation)
                    && fault.path.test(path)
                    && --fault.left == 0) {
                all.remove();
                hit = true;
            }
        }
        return hit;
    }

    boolean isEmpty() {
        return planned.isEmpty();
    }

    void clear() {
        planned.clear();
    }

    static IOException failure(String operation, String path) {
        return new IOException(path + ": " + operation + " failed (planned fault)");
    }
}
