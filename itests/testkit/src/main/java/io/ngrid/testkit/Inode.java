package io.ngrid.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A file: what programs see, what is on the platter, and the changes between the two. */
final class Inode {
    private static final int SECTOR = 512;

    /** A change that is not forced: a write of some bytes, or, without bytes, a cut at the position. */
    private record Change(long position, byte @Nullable [] bytes) {}

    /** Its name, for faults and messages. */
    String path;

    private final Content seen;
    private Content durable;
    private List<Change> pending = new ArrayList<>();

    Inode(String path) {
        this(path, new Content(), new Content());
    }

    private Inode(String path, Content seen, Content durable) {
        this.path = path;
        this.seen = seen;
        this.durable = durable;
    }

    Content seen() {
        return seen;
    }

    void write(long position, byte[] bytes, int count) {
        byte[] kept = count == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, count);
        seen.write(kept, 0, count, position);
        pending.add(new Change(position, kept));
    }

    void truncate(long size) {
        if (size < seen.length()) {
            seen.truncate(size);
            pending.add(new Change(size, null));
        }
    }

    void force() {
        for (Change change : pending) {
            apply(change, durable);
        }
        pending = new ArrayList<>();
    }

    /** As after a failed fsync: some of it reached the platter, and no later force will write the rest. */
    void failForce(RandomGenerator random) {
        durable = afterCrash(Loss.RANDOM, random);
        pending = new ArrayList<>();
    }

    /** Changes both what is seen and what is durable, as rot does. */
    void rot(long position, byte[] bytes) {
        force();
        seen.write(bytes, 0, bytes.length, position);
        durable.write(bytes, 0, bytes.length, position);
    }

    /** The same file after a crash. If nothing is lost, what was not forced still is not. */
    Inode crashed(Loss loss, RandomGenerator random) {
        if (loss == Loss.NONE) {
            Inode same = new Inode(path, seen.copy(), durable.copy());
            same.pending.addAll(pending);
            return same;
        }
        Content left = afterCrash(loss, random);
        return new Inode(path, left.copy(), left);
    }

    private Content afterCrash(Loss loss, RandomGenerator random) {
        Content left = durable.copy();
        if (loss == Loss.ALL) {
            return left;
        }
        for (Change change : pending) {
            applyInPart(change, left, random);
        }
        return left;
    }

    private static void apply(Change change, Content content) {
        byte[] bytes = change.bytes;
        if (bytes == null) {
            content.truncate(change.position);
        } else {
            content.write(bytes, 0, bytes.length, change.position);
        }
    }

    /** Kept, lost, torn at some byte, or any of its sectors: the pages of one write reach the disk in any order. */
    private static void applyInPart(Change change, Content content, RandomGenerator random) {
        byte[] bytes = change.bytes;
        int fate = random.nextInt(8);
        if (bytes == null) {
            if (fate < 4) {
                content.truncate(change.position);
            }
        } else if (fate < 3) {
            content.write(bytes, 0, bytes.length, change.position);
        } else if (fate < 5) {
            if (random.nextBoolean()) {
                content.grow(change.position + bytes.length); // the length got there, the bytes did not
            }
        } else if (fate < 7) {
            content.write(bytes, 0, random.nextInt(bytes.length + 1), change.position);
        } else {
            int done = 0;
            while (done < bytes.length) {
                int n = (int) Math.min(bytes.length - done, SECTOR - (change.position + done) % SECTOR);
                if (random.nextBoolean()) {
                    content.write(bytes, done, n, change.position + done);
                }
                done += n;
            }
        }
    }
}
