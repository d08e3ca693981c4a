package io.ngrid.spi.storage;

import io.ngrid.spi.election.Vote;

/** The durable promise [E1]: two slots, each written and forced. Called by the event loop. */
public interface VoteStore {
    /**
     * The promise.
     *
     * @return what was last written
     */
    Vote read();

    /**
     * Makes a promise durable; returns when both slots are forced.
     *
     * @param vote the promise
     * @throws StorageException if that fails; never try again [D1]
     */
    void write(Vote vote);
}
