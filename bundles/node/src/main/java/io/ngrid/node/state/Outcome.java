package io.ngrid.node.state;

import java.util.UUID;

/** What applying a command entry came to [S1]. */
public sealed interface Outcome {
    /**
     * The session is open.
     *
     * @param session the session
     */
    record Opened(UUID session) implements Outcome {}

    /**
     * Executed, now or by an earlier entry.
     *
     * @param result the result
     */
    record Executed(Result result) implements Outcome {}

    /** Below the floor or closed: never executed by this entry, outcome unknown. */
    record Settled() implements Outcome {}

    /**
     * Not executed: a lower sequence is neither executed nor closed.
     *
     * @param from the first such sequence
     */
    record Gap(long from) implements Outcome {}

    /** The session does not exist: expired, outcome unknown [S2]. */
    record SessionUnknown() implements Outcome {}
}
