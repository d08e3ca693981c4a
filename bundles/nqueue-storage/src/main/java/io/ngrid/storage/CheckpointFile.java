package io.ngrid.storage;

import io.ngrid.spi.storage.Checkpoints.StateWriter;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/**
 * A checkpoint: header, then in blocks the queue segments with their lengths and the state, then a footer with the number
 * of blocks and the file's length. Verified as a whole before anything of it is used.
 */
final class CheckpointFile {
    private static final long MAGIC = 0x4e47_4348_4543_4b32L; // NGCHECK2
    private static final long FOOTER_MAGIC = 0x4e47_4348_454e_4431L; // NGCHEND1
    private static final int HEADER = 48;
    private static final int FOOTER = 32;

    final String path;
    final long index;
    final long epoch;
    final long time;
    private final Disk disk;
    private long blocks;

    private CheckpointFile(Disk disk, String path, long index, long epoch, long time) {
        this.disk = disk;
        this.path = path;
        this.index = index;
        this.epoch = epoch;
        this.time = time;
    }

    /** Writes and forces a checkpoint; returns its length. Its directory is not forced. */
    static long write(
            Disk disk, String path, BodyInstant at, Map<Long, List<QueueStore.Listed>> queues, StateWriter state)
            throws IOException {
        disk.delete(path);
        try (DiskFile file = disk.open(path, true)) {
            ByteBuffer header = ByteBuffer.allocate(HEADER);
            header.putLong(MAGIC).putLong(at.index()).putLong(at.epoch()).putLong(at.time());
            header.putInt(HEADER - Integer.BYTES, Checksum.of(header.array(), 0, HEADER - Integer.BYTES));
            file.write(new ByteBuffer[] {header.clear()}, 0);
            BlockOutput blocks = new BlockOutput(file, HEADER, at.index());
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(blocks));
            writeQueues(out, queues);
            state.write(out);
            out.flush();
            long end = blocks.finish();
            ByteBuffer footer = ByteBuffer.allocate(FOOTER);
            footer.putLong(FOOTER_MAGIC).putLong(blocks.blocks()).putLong(end + FOOTER);
            footer.putInt(FOOTER - Integer.BYTES, Checksum.of(footer.array(), 0, FOOTER - Integer.BYTES));
            file.write(new ByteBuffer[] {footer.clear()}, end);
            Faults.force(file, path);
            return end + FOOTER;
        }
    }

    /** Opens a checkpoint and verifies every byte of it. */
    static CheckpointFile open(Disk disk, String path) throws IOException {
        if (!disk.exists(path)) {
            throw new CorruptionException(path, 0, "it is missing, but CURRENT names it");
        }
        try (DiskFile file = disk.open(path, false)) {
            ByteBuffer header = read(file, path, 0, HEADER, MAGIC);
            CheckpointFile checkpoint =
                    new CheckpointFile(disk, path, header.getLong(), header.getLong(), header.getLong());
            long end = file.size() - FOOTER;
            ByteBuffer footer = read(file, path, end, FOOTER, FOOTER_MAGIC);
            long blocks = footer.getLong();
            if (footer.getLong() != file.size()
                    || new BlockInput(path, file, HEADER, end, checkpoint.index).verify() != blocks) {
                throw new CorruptionException(path, end, "its length is not that of its footer");
            }
            checkpoint.blocks = blocks;
            return checkpoint;
        }
    }

    private static ByteBuffer read(DiskFile file, String path, long offset, int length, long magic) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        boolean whole = offset >= 0 && file.read(bytes, offset) == length;
        int covered = length - Integer.BYTES;
        if (!whole || bytes.getInt(covered) != Checksum.of(bytes.array(), 0, covered) || bytes.getLong(0) != magic) {
            throw new CorruptionException(path, Math.max(0, offset), "its header or footer is not valid");
        }
        return bytes.position(Long.BYTES);
    }

    long blocks() {
        return blocks;
    }

    /** Refuses a log that does not go on from here [D2]. */
    void checkLog(String directory, long firstIndex, long lastIndex, LongUnaryOperator epochAt) {
        if (lastIndex < index || firstIndex > index + 1) {
            throw new CorruptionException(
                    directory, 0, "it holds " + firstIndex + ".." + lastIndex + ", but the checkpoint is at " + index);
        }
        long found = epochAt.applyAsLong(index);
        if (found != epoch) {
            throw new CorruptionException(
                    directory, 0, "entry " + index + " is of epoch " + found + ", but the checkpoint's is of " + epoch);
        }
    }

    long size() throws IOException {
        try (DiskFile file = disk.open(path, false)) {
            return file.size();
        }
    }

    /** Queue segments that the state needs, by queue. */
    Map<Long, List<QueueStore.Listed>> queues() throws IOException {
        try (DataInputStream in = input()) {
            return readQueues(in);
        }
    }

    /** The state; its file closes itself at the end. */
    DataInputStream state() throws IOException {
        DataInputStream in = input();
        readQueues(in);
        return in;
    }

    private DataInputStream input() throws IOException {
        DiskFile file = disk.open(path, false);
        return new DataInputStream(new BlockInput(path, file, HEADER, file.size() - FOOTER, index));
    }

    private static void writeQueues(DataOutputStream out, Map<Long, List<QueueStore.Listed>> queues)
            throws IOException {
        out.writeInt(queues.size());
        for (Map.Entry<Long, List<QueueStore.Listed>> queue : queues.entrySet()) {
            out.writeLong(queue.getKey());
            out.writeInt(queue.getValue().size());
            for (QueueStore.Listed segment : queue.getValue()) {
                out.writeLong(segment.first());
                out.writeInt(segment.copy());
                out.writeLong(segment.length());
                out.writeBoolean(segment.sealed());
                out.writeLong(segment.live());
            }
        }
    }

    private static Map<Long, List<QueueStore.Listed>> readQueues(DataInputStream in) throws IOException {
        Map<Long, List<QueueStore.Listed>> queues = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            long queue = in.readLong();
            List<QueueStore.Listed> segments = new ArrayList<>();
            for (int more = in.readInt(); more > 0; more--) {
                segments.add(new QueueStore.Listed(
                        in.readLong(), in.readInt(), in.readLong(), in.readBoolean(), in.readLong()));
            }
            queues.put(queue, segments);
        }
        return queues;
    }
}
