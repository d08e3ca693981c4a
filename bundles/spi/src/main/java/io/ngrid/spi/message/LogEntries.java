package io.ngrid.spi.message;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import java.util.List;

/**
 * LOG_ENTRIES: answers a LOG_FETCH [E4].
 *
 * @param number the fetch's number
 * @param epoch the sender's epoch
 * @param last the end of the sender's log
 * @param previous the last position that both logs have; {@link LogPosition#ZERO} with no entries
 * @param entries all that the sender's log has behind it; empty if that is more than was asked for, or if the logs are
 *     not known to meet
 */
public record LogEntries(long number, long epoch, LogPosition last, LogPosition previous, List<LogEntry> entries)
        implements Message {}
