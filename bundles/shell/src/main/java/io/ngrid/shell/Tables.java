package io.ngrid.shell;

import io.ngrid.spi.storage.FileCheck;
import io.ngrid.spi.storage.StorageReport;
import io.ngrid.spi.view.NodeStatus;
import java.util.List;
import org.apache.karaf.shell.support.table.ShellTable;
import org.jspecify.annotations.Nullable;

/** A node's status as tables. */
final class Tables {
    private Tables() {}

    static ShellTable status(NodeStatus status) {
        ShellTable table = table("Property", "Value");
        row(table, "Node", status.node() + " at " + status.address());
        row(table, "Cluster", status.cluster() + (status.clusterId().isEmpty() ? "" : " " + status.clusterId()));
        row(table, "State", status.state());
        if (!status.reason().isEmpty()) {
            row(table, "Reason", status.reason());
        }
        row(table, "Leader", status.leader() == null ? "none" : status.leader());
        row(table, "Epoch", status.epoch());
        row(table, "Voters", join(status.voters()));
        row(
                table,
                "Quorums",
                "replication=" + status.replicationQuorum() + " election=" + status.electionQuorum() + " commit="
                        + status.commitQuorum());
        row(table, "Writes", status.writesAllowed() ? "accepted" : "refused");
        row(table, "Log", status.firstIndex() + " to " + status.lastIndex());
        row(
                table,
                "Indexes",
                "flushed=" + status.flushedIndex() + " commit=" + status.commitIndex() + " applied="
                        + status.appliedIndex() + " checkpoint=" + status.checkpointIndex());
        row(table, "Hash", "state=" + status.stateHash() + " agreed=" + status.agreedIndex());
        row(table, "Disk", status.diskBytes() + " bytes");
        if (!status.storageNote().isEmpty()) {
            row(table, "Storage", status.storageNote());
        }
        row(
                table,
                "Forces",
                status.forces() + ", last " + status.lastForceMicros() + " us, longest " + status.maxForceMicros()
                        + " us");
        row(table, "Pending", "operations=" + status.pendingOperations() + " proposals=" + status.pendingProposals());
        row(table, "Uptime", status.uptimeMillis() / 1000 + " s");
        return table;
    }

    static ShellTable nodes(NodeStatus status) {
        ShellTable table = table("Node", "Address", "Role", "Voter", "Connected", "Match", "Lag", "Silent ms");
        row(
                table,
                status.node() + " (here)",
                status.address(),
                role(status, status.node()),
                status.voters().contains(status.node()),
                true,
                status.flushedIndex(),
                0,
                0);
        for (NodeStatus.PeerView peer : status.peers()) {
            row(
                    table,
                    peer.node(),
                    peer.address(),
                    role(status, peer.node()),
                    peer.voter(),
                    peer.connected(),
                    known(peer.matchIndex()),
                    known(peer.lagEntries()),
                    known(peer.silentMillis()));
        }
        return table;
    }

    static ShellTable queues(NodeStatus status) {
        ShellTable table = table("Queue", "Codec", "Size", "Capacity", "Full", "Offered", "Polled", "Waiters");
        for (NodeStatus.QueueView queue : status.queues()) {
            row(
                    table,
                    queue.name(),
                    queue.codec(),
                    queue.size(),
                    queue.capacity() == Long.MAX_VALUE ? "-" : queue.capacity(),
                    queue.fullPolicy(),
                    queue.offered(),
                    queue.polled(),
                    queue.waiters());
        }
        return table.emptyTableText("no queues");
    }

    static ShellTable elements(long offset, List<String> elements) {
        ShellTable table = table("Position", "Element");
        for (int i = 0; i < elements.size(); i++) {
            row(table, offset + i, elements.get(i));
        }
        return table.emptyTableText("no elements");
    }

    static ShellTable files(StorageReport report) {
        ShellTable table = table("File", "Content", "Records", "Bytes", "Verdict", "Note");
        for (FileCheck file : report.files()) {
            row(table, file.file(), file.content(), file.records(), file.bytes(), file.verdict(), file.note());
        }
        return table;
    }

    private static Object role(NodeStatus status, Object node) {
        if (node.equals(status.leader())) {
            return "LEADER";
        }
        return node.equals(status.node()) ? status.state() : "";
    }

    private static Object known(long value) {
        return value < 0 ? "-" : value;
    }

    private static String join(List<?> items) {
        return String.join(", ", items.stream().map(Object::toString).toList());
    }

    private static ShellTable table(String... columns) {
        ShellTable table = new ShellTable();
        for (String column : columns) {
            table.column(column);
        }
        return table;
    }

    private static void row(ShellTable table, @Nullable Object... cells) {
        table.addRow().addContent(cells);
    }
}
