package io.ngrid.benchmarks;

import java.nio.file.Path;

/**
 * A store as it is measured.
 *
 * @param name what tables call it
 * @param promise what an append that returned has reached
 * @param opener opens it in a directory, which it makes if missing
 * @param syncingWrites whether every write is synchronous by itself, without an fsync
 */
public record Contender(String name, Promise promise, Opener opener, boolean syncingWrites) {
    /** What an append that returned has reached. */
    public enum Promise {
        /** The disk. */
        DISK,
        /** The operating system: a killed process loses nothing, a power cut may. */
        SYSTEM,
        /** The process: it is written, or forced, some time later. */
        PROCESS
    }

    /** Opens a store. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Opens a store.
         *
         * @param directory its directory
         * @return the store
         * @throws Exception if it fails
         */
        Store open(Path directory) throws Exception;
    }

    /**
     * A contender that calls fsync itself, or does not sync.
     *
     * @param name what tables call it
     * @param promise what an append that returned has reached
     * @param opener opens it
     */
    public Contender(String name, Promise promise, Opener opener) {
        this(name, promise, opener, false);
    }

    @Override
    public String toString() {
        return name;
    }
}
