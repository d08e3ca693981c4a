package io.ngrid.replication.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Quorums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What an all-seeing observer knows of a cluster, and the rules that must hold after every step. */
final class Truth {
    private final Collection<SimNode> nodes;
    private final Quorums quorums;
    private final Map<LogPosition, Known> entries = new HashMap<>();
    private final List<LogPosition> committed = new ArrayList<>();
    private final Map<String, Long> reads = new HashMap<>();
    private LogPosition answered = LogPosition.ZERO;
    private long confirmedReads;

    Truth(Collection<SimNode> nodes, Quorums quorums, LogEntry first) {
        this.nodes = nodes;
        this.quorums = quorums;
        entries.put(first.position(), new Known(first, 0));
    }

    long committedIndex() {
        return committed.size();
    }

    long answeredIndex() {
        return answered.index();
    }

    long confirmedReads() {
        return confirmedReads;
    }

    /** Leader completeness: what was ever committed is in every later leader's log. */
    void leads(SimNode node) {
        for (LogPosition position : committed) {
            assertThat(node.log.last().index())
                    .as("leader %s has all committed entries", node)
                    .isGreaterThanOrEqualTo(position.index());
            assertThat(node.log.entry(position.index()).position())
                    .as("leader completeness at %s", node)
                    .isEqualTo(position);
        }
    }

    /** Log matching [R3]: a position determines the entry and the one before it; times never fall [R6]. */
    void appended(SimNode node, List<LogEntry> appended) {
        for (LogEntry entry : appended) {
            LogEntry before = node.log.entry(entry.index() - 1);
            assertThat(entry.time()).as("log time of %s at %s", entry, node).isGreaterThanOrEqualTo(before.time());
            if (entry.kind() == EntryKind.TICK && node.leading) {
                assertThat(entry.time()).as("[R6] tick %s at %s", entry, node).isGreaterThanOrEqualTo(node.deadline);
                assertThat(before.time()).as("[R6] tick %s is of use", entry).isLessThan(node.deadline);
            }
            Known known = entries.computeIfAbsent(entry.position(), p -> {
                assertThat(node.leading)
                        .as("%s at %s comes from a leader", entry, node)
                        .isTrue();
                return new Known(entry, before.epoch());
            });
            assertThat(before.epoch())
                    .as("log matching at %s of %s", entry, node)
                    .isEqualTo(known.epochBefore);
            assertThat(entry.time()).isEqualTo(known.entry.time());
            assertThat(Arrays.equals(entry.payload(), known.entry.payload())).isTrue();
        }
    }

    void truncated(SimNode node, long fromIndex) {
        assertThat(fromIndex).as("cut of %s", node).isGreaterThan(node.commitIndex);
    }

    /** Commit [R2]: prefixes agree, and a leader counts C disks up to an entry of its epoch. */
    void committed(SimNode node, long index) {
        assertThat(index).as("commit index of %s rises", node).isGreaterThan(node.commitIndex);
        assertThat(index).isLessThanOrEqualTo(node.log.last().index());
        if (node.leading) {
            assertThat(bestHeldBy(quorums.commit(), node, index))
                    .as("%s commits %d on C disks", node, index)
                    .isTrue();
        } else {
            assertThat(index).as("follower %s learns what is committed", node).isLessThanOrEqualTo(committed.size());
        }
        for (long i = node.commitIndex + 1; i <= index; i++) {
            LogPosition position = node.log.entry(i).position();
            if (i <= committed.size()) {
                assertThat(position).as("committed prefixes agree at %s", node).isEqualTo(committed.get((int) i - 1));
            } else {
                committed.add(position);
            }
        }
    }

    void answerable(SimNode node, long index) {
        assertThat(node.leading).isTrue();
        assertThat(bestHeldBy(quorums.replication(), node, index))
                .as("%s may answer %d: on W disks", node, index)
                .isTrue();
        assertThat(index).isLessThanOrEqualTo(committed.size());
        if (index > answered.index()) {
            answered = node.log.entry(index).position();
        }
    }

    /** [C1] Committed, on this node's disk, and if it leads on that of every voter that is connected and knows no later epoch. */
    void releasable(SimNode node, long index, Predicate<SimNode> connected) {
        if (index == 0) {
            return;
        }
        LogPosition position = node.log.entry(index).position();
        assertThat(index).as("%s may release %s", node, position).isLessThanOrEqualTo(committed.size());
        assertThat(nodes)
                .filteredOn(
                        other -> other == node || node.leading && other.epoch <= node.epoch && connected.test(other))
                .as("disks with what %s may release", node)
                .allMatch(other -> other.log.holds(position));
    }

    void readRequested(SimNode node, long read) {
        reads.put(node + "/" + read, (long) committed.size());
    }

    /** Linearizable by index [L1]: all that was committed when the read arrived is in the state that answers it. */
    void readConfirmed(SimNode node, long read, long index) {
        assertThat(index).as("read %d at %s", read, node).isGreaterThanOrEqualTo(reads.remove(node + "/" + read));
        assertThat(index).isLessThanOrEqualTo(node.core.view().commitIndex());
        confirmedReads++;
    }

    /** What was answered stays on W disks. */
    void diskChanged() {
        if (answered.index() > 0) {
            assertThat(disksWith(answered))
                    .as("disks with answered %s", answered)
                    .isGreaterThanOrEqualTo(quorums.replication());
        }
    }

    private boolean bestHeldBy(int count, SimNode leader, long fromIndex) {
        for (long i = leader.log.last().index(); i >= fromIndex; i--) {
            LogEntry entry = leader.log.entry(i);
            if (entry.epoch() == leader.epoch && disksWith(entry.position()) >= count) {
                return true;
            }
        }
        return false;
    }

    private long disksWith(LogPosition position) {
        return nodes.stream().filter(node -> node.log.holds(position)).count();
    }

    private record Known(LogEntry entry, long epochBefore) {}
}
