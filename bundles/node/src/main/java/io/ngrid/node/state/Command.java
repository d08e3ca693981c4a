package io.ngrid.node.state;

import io.ngrid.spi.Member;
import java.util.List;
import java.util.UUID;

/** The payload of a {@link io.ngrid.spi.EntryKind#COMMAND} entry. */
public sealed interface Command {
    /**
     * Opens a session, and ends those of earlier starts of the same storage [S1]. Opening again changes nothing.
     *
     * @param session its ID
     * @param owner the node and its storage
     * @param start the node's start number
     */
    record OpenSession(UUID session, Member owner, long start) implements Command {}

    /**
     * Ends a session [S2].
     *
     * @param session its ID
     */
    record CloseSession(UUID session) implements Command {}

    /**
     * Executes an operation exactly once [S1].
     *
     * @param session its session
     * @param sequence its sequence, from 1
     * @param floor lowest sequence that its proxy has not settled
     * @param closed sequences above the floor that its proxy has settled, rising
     * @param readEmpty sequences of polls that the leader has answered as empty by a read: they count as executed, with
     *     that result
     * @param action what to do
     */
    record Execute(UUID session, long sequence, long floor, List<Long> closed, List<Long> readEmpty, Action action)
            implements Command {}
}
