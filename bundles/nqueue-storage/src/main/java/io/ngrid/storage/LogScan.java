package io.ngrid.storage;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.storage.CorruptionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads entries of the log from disk, at their positions; each is checked again. */
final class LogScan {
    private LogScan() {}

    /**
     * @param fromIndex first entry
     * @param endIndex behind the last entry allowed
     */
    static List<LogEntry> entries(
            List<LogSegment> segments, long fromIndex, long endIndex, int maxBytes, int windowBytes)
            throws IOException {
        List<LogEntry> found = new ArrayList<>();
        LogSegment segment = LogWriter.segmentOf(segments, fromIndex);
        int number = segments.indexOf(segment);
        long offset = segment.offsets.floor(fromIndex, LogSegment.FIRST_RECORD);
        RecordReader reader = segment.reader(windowBytes);
        long next = fromIndex;
        long size = 0;
        while (next < endIndex) {
            if (!reader.read(offset)) {
                throw new CorruptionException(segment.path, offset, "no valid record where entry " + next + " was");
            }
            offset += reader.size();
            if (reader.kind() == Records.ROLL) {
                segment = segments.get(++number);
                reader = segment.reader(windowBytes);
                offset = LogSegment.FIRST_RECORD;
            } else if (reader.kind() < Records.START && reader.index() == next) {
                size += reader.payloadLength() + LogEntry.OVERHEAD;
                if (size > maxBytes && !found.isEmpty()) {
                    break;
                }
                found.add(new LogEntry(
                        next, reader.epoch(), reader.time(), EntryKind.of(reader.kind()), reader.payload()));
                next++;
            } else if (reader.kind() < Records.START && reader.index() > next) {
                throw new CorruptionException(
                        segment.path, offset, "entry " + reader.index() + " where " + next + " was");
            }
        }
        return found;
    }
}
