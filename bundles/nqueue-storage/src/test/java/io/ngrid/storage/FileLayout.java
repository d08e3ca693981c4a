package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.storage.CorruptionException;
import java.nio.ByteBuffer;

/** Where in a file what holds a byte begins: that is the offset by which damage to the byte has to be told. */
final class FileLayout {
    private static final int CHECKPOINT_HEADER = 48;
    private static final int CHECKPOINT_FOOTER = 32;

    private FileLayout() {}

    /**
     * Offset of the record, block, slot, header or footer.
     *
     * @param path the file
     * @param sound its bytes, undamaged
     * @param at the byte
     */
    static long start(String path, byte[] sound, long at) {
        if (path.endsWith(LogFiles.SUFFIX) || path.endsWith(QueueSegment.SUFFIX)) {
            return record(ByteBuffer.wrap(sound), at);
        }
        if (path.contains("/" + Current.CHECKPOINT)) {
            return block(ByteBuffer.wrap(sound), at);
        }
        if (path.endsWith(VoteFile.NAME)) {
            return 0; // told when neither slot is valid
        }
        return at < Long.BYTES ? 0 : Long.BYTES; // the name of its format, and all else
    }

    /** That corruption is told by file and offset. */
    static void assertTold(Throwable thrown, String path, byte[] sound, long at) {
        assertThat(thrown).as("%s byte %s", path, at).isInstanceOf(CorruptionException.class);
        CorruptionException corruption = (CorruptionException) thrown;
        assertThat(corruption.file()).as("%s byte %s", path, at).isEqualTo(path);
        assertThat(corruption.offset()).as("%s byte %s", path, at).isEqualTo(start(path, sound, at));
    }

    private static long record(ByteBuffer file, long at) {
        if (at < SegmentHeader.BYTES) {
            return 0;
        }
        long start = SegmentHeader.BYTES;
        for (long next = start; next <= at; next += Records.size(file.getInt((int) start + 4))) {
            start = next;
        }
        return start;
    }

    private static long block(ByteBuffer file, long at) {
        long end = file.capacity() - CHECKPOINT_FOOTER;
        if (at < CHECKPOINT_HEADER || at >= end) {
            return at < CHECKPOINT_HEADER ? 0 : end;
        }
        long start = CHECKPOINT_HEADER;
        for (long next = start; next <= at; next += BlockOutput.HEADER + file.getInt((int) start)) {
            start = next;
        }
        return start;
    }
}
