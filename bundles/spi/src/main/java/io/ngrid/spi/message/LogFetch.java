package io.ngrid.spi.message;

import io.ngrid.spi.LogPosition;
import java.util.List;

/**
 * LOG_FETCH: a voter that is to stand for election asks one with a better log for what it lacks [E4].
 *
 * @param number number of the fetch; the answer repeats it
 * @param maxBytes bound on the entries sent, in bytes
 * @param ends what the sender's log is made of: the position of the last entry of each epoch, from the log's end down to
 *     the sender's commit index, which is the last of them unless the list was cut
 */
public record LogFetch(long number, long maxBytes, List<LogPosition> ends) implements Message {
    /**
     * Checks that positions fall.
     *
     * @throws IllegalArgumentException if they do not, or there are none
     */
    public LogFetch {
        ends = List.copyOf(ends);
        boolean falls = !ends.isEmpty();
        for (int i = 1; i < ends.size(); i++) {
            LogPosition above = ends.get(i - 1);
            falls &= ends.get(i).index() < above.index() && ends.get(i).epoch() <= above.epoch();
        }
        if (!falls) {
            throw new IllegalArgumentException("a LOG_FETCH lists the positions " + ends + ", expected falling ones");
        }
    }
}
