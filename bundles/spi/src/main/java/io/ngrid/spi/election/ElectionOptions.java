package io.ngrid.spi.election;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;

/**
 * What an election core starts from.
 *
 * @param self this node
 * @param vote its durable promise
 * @param configuration the latest configuration in its log
 * @param last the end of its log
 * @param heartbeatNanos time between heartbeats
 * @param electionTimeoutNanos election time-out
 * @param handbackDelayNanos how long a fit voter with a higher ID waits until it is handed the leadership [E6], or {@link
 *     #NEVER}
 */
public record ElectionOptions(
        Member self,
        Vote vote,
        Configuration configuration,
        LogPosition last,
        long heartbeatNanos,
        long electionTimeoutNanos,
        long handbackDelayNanos) {
    /** No hand-back. */
    public static final long NEVER = Long.MAX_VALUE;
}
