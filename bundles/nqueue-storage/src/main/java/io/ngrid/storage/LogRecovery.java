package io.ngrid.storage;

import io.ngrid.spi.storage.Disk;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the end of a changelog after any crash, by its {@link LogChain}, and makes it as a writer wants it. */
final class LogRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

    private final Disk disk;
    private final String directory;

    /** What was found. */
    final LogChain chain = new LogChain();

    @Nullable
    LogSegment spare;

    private LogRecovery(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
    }

    static LogRecovery run(Disk disk, String directory) throws IOException {
        LogRecovery recovery = new LogRecovery(disk, directory);
        boolean done = false;
        try {
            recovery.prepare();
            recovery.chain.open(disk, directory);
            recovery.chain.follow();
            recovery.settle();
            done = true;
            return recovery;
        } finally {
            if (!done) {
                recovery.chain.close();
            }
        }
    }

    private void prepare() throws IOException {
        Faults.forceDirectory(disk, directory); // a killed process may have left names in the page cache only
        for (String name : disk.list(directory)) {
            if (name.endsWith(LogFiles.UNFINISHED)) {
                disk.delete(Segments.path(directory, name));
            }
        }
    }

    private void settle() throws IOException {
        List<LogSegment> rest = chain.rest();
        if (chain.isClean && chain.isRestClean && rest.size() == 1) {
            spare = rest.get(0);
        } else {
            for (int i = rest.size() - 1; i >= 0; i--) { // last first: any crash leaves a log without gaps
                rest.get(i).file.close();
                disk.delete(rest.get(i).path);
                Faults.forceDirectory(disk, directory);
            }
        }
        if (!chain.isClean) {
            LogSegment end = chain.segments.get(chain.segments.size() - 1);
            LOG.info("event=torn_tail_cut file={} offset={} lastIndex={}", end.path, chain.offset, chain.lastIndex);
            LogFiles.cut(end, chain.offset);
        }
        rewriteUnproven();
    }

    /** What is proven is on disk; nothing says so of the rest. */
    private void rewriteUnproven() throws IOException {
        List<LogSegment> segments = chain.segments;
        long end = segments.get(segments.size() - 1).header.base() + chain.offset;
        for (LogSegment segment : segments) {
            long to = Math.min(segment.end(), end) - segment.header.base();
            Segments.rewrite(segment.file, Math.max(0, chain.flushed - segment.header.base()), to);
            if (segment.end() > chain.flushed) {
                Faults.force(segment.file, segment.path);
            }
        }
        chain.flushed = end;
    }
}
