package io.ngrid.storage;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.Disk;
import io.ngrid.spi.storage.DiskFile;
import io.ngrid.spi.storage.FileCheck;
import io.ngrid.spi.storage.FileCheck.Verdict;
import io.ngrid.spi.storage.Identity;
import io.ngrid.spi.storage.StorageReport;
import io.ngrid.storage.QueueStore.Listed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a node keeps on disk, by the readers of recovery, and changes nothing. */
final class DirectoryCheck {
    private static final String GROUP = NodeGroup.DIRECTORY;
    private static final Pattern DIRECTORIES = Pattern.compile(GROUP + "(/log|/gen-\\d+(/queues(/\\d+)?)?)?");
    private static final Pattern GONE = Pattern.compile(GROUP + "/(gen-|log/).*");
    private static final String NEXT_START = "the next start deletes it, or the next checkpoint";

    private static final String NO_START = "no start looks at it";

    private interface Reading {
        void run() throws IOException;
    }

    private interface Counting {
        int count() throws IOException;
    }

    private final Disk disk;
    private final Consumer<String> reading;
    private final List<FileCheck> found = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    /** @param reading told each file before it is read; may throw to end it */
    DirectoryCheck(Disk disk, Consumer<String> reading) {
        this.disk = disk;
        this.reading = reading;
    }

    /** Whether there is anything of a node. */
    static boolean isNodes(Disk disk) throws IOException {
        return disk.exists(IdentityFile.NAME) || disk.exists(GROUP);
    }

    StorageReport report() {
        return new StorageReport(found);
    }

    /** All of a directory that no node has open. */
    DirectoryCheck whole() throws IOException {
        Identity identity = identity();
        if (!disk.exists(GROUP)) {
            if (identity != null && identity.cluster() != null) {
                add(GROUP, "group", 0, 0, Verdict.CORRUPT, "it is missing, but the identity names a cluster");
            }
        } else if (identity == null || identity.cluster() != null) {
            vote(() -> VoteFile.validSlots(disk, GROUP));
            group();
        }
        leftOvers("");
        return this;
    }

    private void group() throws IOException {
        Current[] current = new Current[1];
        boolean[] known = new boolean[1];
        check(Segments.path(GROUP, Current.FILE), "names the checkpoint", () -> {
            current[0] = current();
            known[0] = true;
        });
        Current named = current[0];
        if (named != null && named.restartsLog()) {
            checkpoint(named); // the log begins anew behind it: what there is does not count
            return;
        }
        LogChain log = log();
        CheckpointFile checkpoint = named == null ? null : checkpoint(named);
        check(NodeGroup.LOG, "log", () -> {
            if (log != null && checkpoint != null) {
                checkpoint.checkLog(NodeGroup.LOG, log.firstIndex(), log.lastIndex, log.runs::at);
            } else if (log != null && known[0] && named == null) {
                Current.mayBeMissing(GROUP, log.firstIndex());
            }
        });
    }

    /** All that another thread leaves alone while the node has the directory open, or is known to have written. */
    DirectoryCheck inUse(SegmentedLog log, VoteFile votes, CheckpointStore checkpoints) throws IOException {
        identity();
        vote(votes::validSlots);
        PinnedSnapshot pinned = (PinnedSnapshot) checkpoints.pin();
        if (pinned != null) {
            try {
                checkpoint(new Current(checkpoints.generation(), pinned.index(), false));
            } finally {
                pinned.close();
            }
        }
        log(log);
        return this;
    }

    private @Nullable Identity identity() {
        Identity[] identity = new Identity[1];
        check(IdentityFile.NAME, "identity", () -> {
            identity[0] = IdentityFile.read(disk);
            if (identity[0] == null) {
                throw new CorruptionException(IdentityFile.NAME, 0, "it is missing beside " + GROUP);
            }
            ok(IdentityFile.NAME, "identity", 1, size(IdentityFile.NAME), "node " + identity[0].node());
        });
        return identity[0];
    }

    private void vote(Counting validSlots) {
        String path = Segments.path(GROUP, VoteFile.NAME);
        check(path, "epoch and vote", () -> {
            int valid = validSlots.count();
            boolean both = valid == 2;
            add(
                    path,
                    "epoch and vote",
                    valid,
                    size(path),
                    both ? Verdict.OK : Verdict.TORN,
                    both ? "" : "one of its two slots is not valid: the next start repairs it from the other");
        });
    }

    private @Nullable Current current() throws IOException {
        Current current = Current.read(disk, GROUP);
        if (current != null) {
            String path = Segments.path(GROUP, Current.FILE);
            String restart = current.restartsLog() ? "; the next start begins the log anew behind it" : "";
            ok(path, "names the checkpoint", 1, size(path), current.path("") + restart);
        }
        return current;
    }

    private @Nullable CheckpointFile checkpoint(Current current) {
        CheckpointFile[] checkpoint = new CheckpointFile[1];
        String path = current.path(GROUP);
        check(path, "checkpoint", () -> {
            CheckpointFile file = CheckpointFile.open(disk, path);
            ok(path, "checkpoint", file.blocks(), file.size(), "of entry " + file.epoch + ":" + file.index);
            Map<Long, List<Listed>> queues = file.queues();
            checkpoint[0] = file;
            for (Map.Entry<Long, List<Listed>> queue : queues.entrySet()) {
                queue.getValue().forEach(listed -> segment(current.generation(), queue.getKey(), listed));
            }
        });
        return checkpoint[0];
    }

    private void segment(int generation, long queue, Listed listed) {
        String bodies = Current.bodies(GROUP, generation);
        String path = PinnedSnapshot.path(bodies, queue, listed);
        check(path, "elements", () -> {
            String directory = Segments.path(bodies, String.valueOf(queue));
            QueueSegment.Content content = QueueSegment.verify(disk, directory, queue, listed);
            String behind = content.behind() == 0
                    ? ""
                    : content.behind() + " bytes behind offset " + listed.length() + " are younger than the checkpoint";
            ok(path, "elements", content.elements(), listed.length(), behind);
        });
    }

    private void log(SegmentedLog log) throws IOException {
        try {
            followed(log.read(reading));
        } catch (CorruptionException e) {
            corrupt(e, "log");
        }
    }

    /** The log of a directory that no node has open; null if it is corrupt. */
    private @Nullable LogChain log() throws IOException {
        LogChain chain = new LogChain(reading);
        try {
            chain.open(disk, NodeGroup.LOG);
            chain.follow();
            followed(chain);
            return chain;
        } catch (CorruptionException e) {
            broken(chain, e);
        } catch (IOException e) {
            add(NodeGroup.LOG, "log", 0, 0, Verdict.CORRUPT, "it cannot be read: " + e.getMessage());
        } finally {
            chain.close();
        }
        return null;
    }

    private void followed(LogChain chain) {
        for (LogSegment segment : chain.segments) {
            boolean torn = segment == chain.segments.get(chain.segments.size() - 1) && !chain.isClean;
            add(
                    segment.path,
                    "log",
                    chain.records(segment),
                    chain.length(segment),
                    torn ? Verdict.TORN : Verdict.OK,
                    torn
                            ? "from offset " + chain.offset + ", which the next start cuts; entries to "
                                    + chain.lastIndex + " are whole"
                            : "");
        }
        boolean prepared = chain.isClean && chain.isRestClean && chain.rest().size() == 1;
        for (LogSegment segment : chain.rest()) {
            if (prepared) {
                ok(segment.path, "log, made ahead", 0, segment.header.size(), "");
            } else {
                add(
                        segment.path,
                        "log",
                        0,
                        segment.header.size(),
                        Verdict.TORN,
                        "behind the end of the log: " + NEXT_START);
            }
        }
    }

    private void broken(LogChain chain, CorruptionException e) {
        boolean reached = false;
        for (LogSegment segment : chain.files) {
            if (segment.path.equals(e.file())) {
                reached = true;
                corrupt(e, "log");
            } else if (!reached && chain.segments.contains(segment)) {
                ok(segment.path, "log", chain.records(segment), chain.length(segment), "");
            } else {
                add(segment.path, "log", 0, 0, Verdict.UNREAD, "it lies behind the corruption");
            }
        }
        if (!reached) {
            corrupt(e, "log");
        }
    }

    /** What nothing names. */
    private void leftOvers(String directory) throws IOException {
        for (String name : disk.list(directory)) {
            String path = Segments.path(directory, name);
            try {
                leftOver(path);
            } catch (IOException e) { // as of lost+found
                if (GONE.matcher(path).matches()) {
                    throw e; // the next start could not delete it
                }
                if (!seen.contains(path)) {
                    add(path, "left over", 0, 0, Verdict.LEFT_OVER, NO_START);
                }
            }
        }
    }

    private void leftOver(String path) throws IOException {
        if (!disk.list(path).isEmpty()) {
            leftOvers(path);
        } else if (path.equals(Segments.path(GROUP, Reserve.FILE))) {
            ok(path, "space held back", 0, size(path), "");
        } else if (!seen.contains(path)
                && !path.equals(NodeStorage.LOCK)
                && !DIRECTORIES.matcher(path).matches()) {
            boolean deleted = GONE.matcher(path).matches();
            add(path, "left over", 0, size(path), Verdict.LEFT_OVER, deleted ? NEXT_START : NO_START);
        }
    }

    private void check(String path, String content, Reading step) {
        try {
            reading.accept(path);
            step.run();
        } catch (CorruptionException e) {
            corrupt(e, content);
        } catch (IOException e) {
            add(path, content, 0, 0, Verdict.CORRUPT, "it cannot be read: " + e.getMessage());
        }
    }

    private void corrupt(CorruptionException e, String content) {
        add(e.file(), content, 0, 0, Verdict.CORRUPT, "at offset " + e.offset() + ": " + e.what());
    }

    private void ok(String path, String content, long records, long bytes, String note) {
        add(path, content, records, bytes, Verdict.OK, note);
    }

    private void add(String path, String content, long records, long bytes, Verdict verdict, String note) {
        seen.add(path);
        found.add(new FileCheck(path, content, records, bytes, verdict, note));
    }

    private long size(String path) throws IOException {
        try (DiskFile file = disk.open(path, false)) {
            return file.size();
        }
    }
}
