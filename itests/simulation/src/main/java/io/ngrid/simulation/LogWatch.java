package io.ngrid.simulation;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.LogReader;
import io.ngrid.spi.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The logs of all storages against each other: log matching, agreement of committed prefixes, completeness of leaders,
 * quorums of disks behind every commit and every answer.
 */
final class LogWatch {
    /** Hears of entries as they commit, in order. */
    interface Committed {
        /** The next entry has committed. */
        void committed(LogEntry entry);
    }

    private static final int SCAN_BYTES = 1 << 20;

    private final Watch watch;
    private final Committed listener;
    private final Map<LogPosition, Long> digests = new HashMap<>();
    private final Map<LogPosition, LogEntry> entries = new HashMap<>();
    private final Map<Member, LogCopy> copies = new HashMap<>();
    private final Map<Member, LogPosition> acknowledged = new HashMap<>();
    private final Map<Long, Member> leaders = new TreeMap<>();
    private final Chain committed = new Chain();
    private List<Member> voters = List.of();
    private int installs;

    /** By index, from the first entry: the epoch whose leader committed it. */
    private final List<Long> committedIn = new ArrayList<>();

    LogWatch(Watch watch, Committed listener) {
        this.watch = watch;
        this.listener = listener;
    }

    /** A node has opened its log. */
    LogCopy opened(Member member, LogReader log) {
        Chain found = new Chain();
        long before = log.firstIndex() - 1;
        watch.require(
                before <= committed.end(),
                "[C1]",
                () -> member + " has compacted its log to " + before + ", only " + committed.end() + " is committed");
        found.append(committed, Math.min(before, committed.end()));
        for (long index = before + 1; index <= log.last().index(); ) {
            List<LogEntry> some = log.entries(index, SCAN_BYTES);
            for (LogEntry entry : some) {
                found.append(entry);
                known(member, found, entry);
            }
            index += some.size();
        }
        LogCopy old = copies.get(member);
        if (old != null) {
            long certain = old.certain();
            boolean restarted = before == old.installing && found.agrees(committed, before);
            watch.require(
                    restarted || found.agrees(old.durable, certain),
                    "[R1]",
                    () -> member + " had its log on disk up to " + certain + " of epoch " + old.durable.epoch(certain)
                            + ", now it ends at " + log.last());
        }
        LogCopy copy = new LogCopy(member, found);
        copies.put(member, copy);
        return copy;
    }

    /** Equal positions, equal logs. */
    private void known(Member member, Chain log, LogEntry entry) {
        LogPosition position = entry.position();
        long digest = log.digest(position.index());
        Long before = digests.putIfAbsent(position, digest);
        watch.require(
                before == null || before == digest,
                "[R3]",
                () -> "the log of " + member + " differs from another one that has " + position
                        + " too, at or before it");
        entries.putIfAbsent(position, entry);
    }

    void appended(LogCopy copy, long ticket, List<LogEntry> added) {
        long end = copy.staged.end();
        LogEntry first = added.get(0);
        if (copy.append(ticket, added)) {
            watch.require(
                    first.index() == end + 1 && first.epoch() >= copy.staged.epoch(end),
                    "[R3]",
                    () -> copy.member + " appends " + first.position() + " behind " + end);
            for (LogEntry entry : added) {
                known(copy.member, copy.staged, entry);
            }
        }
    }

    void truncated(LogCopy copy, long ticket, long fromIndex) {
        if (copy.truncate(ticket, fromIndex)) {
            watch.require(
                    fromIndex > copy.commitIndex,
                    "[R3]",
                    () -> copy.member + " cuts its log from " + fromIndex + ", committed up to " + copy.commitIndex);
            LogPosition last = acknowledged.getOrDefault(copy.member, LogPosition.ZERO);
            watch.require(
                    last.epoch() != copy.epoch || fromIndex > last.index(),
                    "[R1]",
                    () -> copy.member + " cuts its log from " + fromIndex + " in epoch " + copy.epoch
                            + ", in which it has acknowledged " + last.index());
        }
    }

    /** A snapshot is put in the place of the state; from now on the log may begin behind it. */
    void installing(LogCopy copy, long index, long epoch) {
        watch.require(
                index > copy.commitIndex && index <= committed.end() && committed.epoch(index) == epoch,
                "[C1]",
                () -> copy.member + ", with commit index " + copy.commitIndex + ", installs a snapshot at " + epoch
                        + ":" + index + ", committed is " + committed.end());
        copy.installing = index;
        installs++;
    }

    /** Snapshots installed, as far as is known. */
    int installs() {
        return installs;
    }

    void leads(LogCopy copy, long epoch) {
        copy.leads = epoch;
        Member other = leaders.putIfAbsent(epoch, copy.member);
        watch.require(
                other == null || other.equals(copy.member),
                "[E1]",
                () -> "epoch " + epoch + " has two leaders, " + other + " and " + copy.member);
        complete(copy, committedBefore(epoch));
    }

    /** A leader has in its log what earlier epochs have committed. */
    private void complete(LogCopy leader, long owed) {
        watch.require(
                leader.staged.agrees(committed, owed),
                "[R2]",
                () -> leader.member + " leads epoch " + leader.leads + " without the committed entry "
                        + committed.epoch(owed) + ":" + owed + ", its log ends at "
                        + leader.staged.epoch(leader.staged.end()) + ":" + leader.staged.end());
    }

    /**
     * Index up to which entries were committed in earlier epochs. Votes may come late: when a later epoch has committed
     * already, its entries are none of this leader's business.
     */
    private long committedBefore(long epoch) {
        int index = committedIn.size();
        while (index > 0 && committedIn.get(index - 1) >= epoch) {
            index--;
        }
        return index;
    }

    void follows(LogCopy copy) {
        copy.leads = 0;
    }

    void committed(LogCopy copy, long index, Configuration configuration) {
        voters = configuration.voters();
        watch.require(
                index >= copy.commitIndex && index <= copy.staged.end(),
                "[R2]",
                () -> copy.member + " goes from commit index " + copy.commitIndex + " to " + index
                        + ", its log ends at " + copy.staged.end());
        copy.commitIndex = index;
        watch.require(
                copy.staged.agrees(committed, Math.min(index, committed.end())),
                "[R2]",
                () -> copy.member + " has committed up to " + index
                        + " what differs from what was committed before, up to " + committed.end());
        if (copy.leads > 0) {
            watch.require(
                    copy.staged.epoch(index) == copy.leads,
                    "[R2]",
                    () -> copy.member + " commits entry " + copy.staged.epoch(index) + ":" + index
                            + " by counting, while it leads epoch " + copy.leads);
            requireDisks(copy, index, configuration.quorums().commit(), "commits");
        }
        if (committed.end() < index) {
            watch.require(
                    copy.leads > 0,
                    "[R2]",
                    () -> copy.member + ", which does not lead, is the first to commit entry "
                            + copy.staged.epoch(index) + ":" + index);
        }
        long before = committed.end();
        while (committed.end() < index && !watch.isViolated()) {
            committed.append(copy.staged, committed.end() + 1);
            committedIn.add(copy.leads);
            LogEntry entry = entries.get(new LogPosition(committed.epoch(committed.end()), committed.end()));
            if (entry != null) {
                listener.committed(entry);
            }
        }
        if (committed.end() > before) { // acks may come late too, when a later epoch has its leader already
            copies.values().stream()
                    .filter(other -> other.leads > copy.leads)
                    .forEach(later -> complete(later, committed.end()));
        }
    }

    void answerable(LogCopy copy, long index, Configuration configuration) {
        voters = configuration.voters();
        watch.require(
                copy.staged.epoch(index) == copy.leads,
                "[R2]",
                () -> copy.member + " would answer up to entry " + copy.staged.epoch(index) + ":" + index
                        + " of another epoch than " + copy.leads);
        requireDisks(copy, index, configuration.quorums().replication(), "would answer");
    }

    private void requireDisks(LogCopy copy, long index, int quorum, String what) {
        int disks = disks(copy.staged, index);
        watch.require(
                disks >= quorum,
                "[R2]",
                () -> copy.member + " " + what + " entry " + copy.staged.epoch(index) + ":" + index + " that is on "
                        + disks + " disks, not on " + quorum);
    }

    /** A caller was told that the operation of a committed entry is done. */
    void answered(long index, int replicationQuorum) {
        int disks = index <= committed.end() ? disks(committed, index) : 0;
        watch.require(
                disks >= replicationQuorum,
                "[R2]",
                () -> "the operation of entry " + index + " was answered as done, it is on " + disks + " disks, not on "
                        + replicationQuorum);
    }

    /** On how many disks of voters the log is up to an index; who has another disk than it was elected with is none [M4]. */
    private int disks(Chain log, long index) {
        int disks = 0;
        for (Member voter : voters) {
            LogCopy other = copies.get(voter);
            disks += other != null && other.durable.agrees(log, index) ? 1 : 0;
        }
        return disks;
    }

    /** A follower says what it has durably, verified by its leader's requests. */
    void acknowledges(LogCopy copy, long epoch, long index) {
        watch.require(
                index <= copy.durable.end(),
                "[R1]",
                () -> copy.member + " acknowledges " + index + ", on its disk the log ends at " + copy.durable.end());
        acknowledged.merge(copy.member, new LogPosition(epoch, index), (a, b) -> a.compareTo(b) > 0 ? a : b);
        Member leader = leaders.get(epoch);
        LogCopy leading = leader == null ? null : copies.get(leader);
        if (leading != null && leading.leads == epoch) {
            watch.require(
                    copy.durable.agrees(leading.staged, index),
                    "[R1]",
                    () -> copy.member + " acknowledges " + index + " in epoch " + epoch
                            + ", where its log differs from that of the leader " + leader);
        }
    }

    /** A checkpoint counts from now on. */
    void checkpointed(LogCopy copy, long index) {
        watch.require(
                index <= copy.durable.end() && copy.durable.agrees(committed, index),
                "[R1]",
                () -> copy.member + " publishes a checkpoint at " + index + ", its log is on disk up to "
                        + copy.durable.end() + ", committed is " + committed.end());
    }

    long committedIndex() {
        return committed.end();
    }

    /** Epochs that had a leader. */
    int epochsLed() {
        return leaders.size();
    }

    List<LogCopy> copies() {
        return new ArrayList<>(copies.values());
    }
}
