package io.ngrid.storage;

import io.ngrid.spi.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
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

    /**
     * What a dead process wrote may lie in the page cache only. To force it is not enough: if that process was told that a
     * force had failed, the operating system takes those pages for written, and will never write them by itself.
     */
    private void rewriteUnproven() throws IOException {
        List<LogSegment> segments = chain.segments;
        long end = segments.get(segments.size() - 1).header.base() + chain.offset;
        ByteBuffer bytes = ByteBuffer.allocate(LogChain.WINDOW);
        for (LogSegment segment : segments) {
            long to = Math.min(segment.end(), end) - segment.header.base();
            for (long at = Math.max(0, chain.flushed - segment.header.base()); at < to; at += bytes.limit()) {
                bytes.clear().limit((int) Math.min(LogChain.WINDOW, to - at));
                segment.file.read(bytes, at);
                while (bytes.hasRemaining()) { // behind its last record: a failed force has lost the length
                    bytes.put((byte) 0);
                }
                segment.file.write(new ByteBuffer[] {bytes.flip()}, at);
            }
            if (segment.end() > chain.flushed) {
                Faults.force(segment.file, segment.path);
            }
        }
        chain.flushed = end;
    }
}
