package io.ngrid.storage;

import io.ngrid.api.NodeId;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.spi.storage.VoteStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The file {@code vote} [E1]. */
final class VoteFile implements VoteStore, AutoCloseable {
    static final String NAME = "vote";
    private static final long MAGIC = 0x4e47_564f_5445_3031L; // NGVOTE01
    private static final int SLOT = 4096;

    private final Disk disk;
    private final SlotFile slots;
    private Vote vote;
    private @Nullable StorageException failure;

    private VoteFile(Disk disk, SlotFile slots) {
        this.disk = disk;
        this.slots = slots;
        this.vote = decode(slots.value());
    }

    static void create(Disk disk, String group, Vote vote) throws IOException {
        SlotFile.create(disk, group, NAME, MAGIC, SLOT, encode(vote));
    }

    static VoteFile open(Disk disk, String group) throws IOException {
        return new VoteFile(disk, SlotFile.open(disk, Segments.path(group, NAME), MAGIC, SLOT));
    }

    /** How many of its slots are valid; one is enough. Not beside a write. */
    static int validSlots(Disk disk, String group) throws IOException {
        return SlotFile.validSlots(disk, Segments.path(group, NAME), MAGIC, SLOT);
    }

    /** The same of the open file; waits for a write under way. Any thread. */
    synchronized int validSlots() throws IOException {
        return SlotFile.validSlots(disk, slots.toString(), MAGIC, SLOT);
    }

    @Override
    public Vote read() {
        return vote;
    }

    @Override
    public synchronized void write(Vote newVote) {
        if (failure != null) {
            throw new StorageException("the vote is poisoned by an earlier failure [D1]", failure);
        }
        boolean taken = newVote.epoch() == vote.epoch()
                && vote.votedFor() != null
                && !vote.votedFor().equals(newVote.votedFor());
        if (newVote.epoch() < vote.epoch() || taken) { // [E1]
            throw new IllegalStateException("promise " + newVote + " breaks " + vote);
        }
        try {
            slots.write(encode(newVote));
            vote = newVote;
        } catch (IOException e) {
            failure = Faults.of(disk, "write the vote", e);
            throw failure;
        }
    }

    @Override
    public void close() throws IOException {
        slots.close();
    }

    private static byte[] encode(Vote vote) {
        NodeId votedFor = vote.votedFor();
        byte[] name = votedFor == null ? new byte[0] : votedFor.value().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + name.length)
                .putLong(vote.epoch())
                .put(name)
                .array();
    }

    private static Vote decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long epoch = in.getLong();
        String name = StandardCharsets.UTF_8.decode(in).toString();
        return new Vote(epoch, name.isEmpty() ? null : new NodeId(name));
    }
}
