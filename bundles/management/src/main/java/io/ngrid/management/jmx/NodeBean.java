package io.ngrid.management.jmx;

import io.ngrid.api.NodeId;
import io.ngrid.management.NodeMXBean;
import io.ngrid.spi.storage.FileCheck;
import io.ngrid.spi.storage.StorageReport;
import io.ngrid.spi.view.NodeStatus;
import io.ngrid.spi.view.NodeView;
import java.util.ArrayList;
import java.util.List;

/** A node; every attribute comes from its last published status. */
final class NodeBean extends DescribedMBean implements NodeMXBean {
    private final NodeView view;

    NodeBean(NodeView view) {
        super(NodeMXBean.class);
        this.view = view;
    }

    private NodeStatus status() {
        return view.status();
    }

    @Override
    public String getNode() {
        return status().node().value();
    }

    @Override
    public String getCluster() {
        return status().cluster();
    }

    @Override
    public String getClusterId() {
        return status().clusterId();
    }

    @Override
    public String getStorageId() {
        return status().storageId();
    }

    @Override
    public String getAddress() {
        return status().address();
    }

    @Override
    public String getState() {
        return status().state().name();
    }

    @Override
    public String getReason() {
        return status().reason();
    }

    @Override
    public String getLeader() {
        NodeId leader = status().leader();
        return leader == null ? "" : leader.value();
    }

    @Override
    public long getEpoch() {
        return status().epoch();
    }

    @Override
    public List<String> getVoters() {
        return status().voters().stream().map(NodeId::value).toList();
    }

    @Override
    public int getReplicationQuorum() {
        return status().replicationQuorum();
    }

    @Override
    public int getElectionQuorum() {
        return status().electionQuorum();
    }

    @Override
    public int getCommitQuorum() {
        return status().commitQuorum();
    }

    @Override
    public int getPeersConnected() {
        return (int)
                status().peers().stream().filter(NodeStatus.PeerView::connected).count();
    }

    @Override
    public boolean isWritesAllowed() {
        return status().writesAllowed();
    }

    @Override
    public long getFirstIndex() {
        return status().firstIndex();
    }

    @Override
    public long getLastIndex() {
        return status().lastIndex();
    }

    @Override
    public long getFlushedIndex() {
        return status().flushedIndex();
    }

    @Override
    public long getCommitIndex() {
        return status().commitIndex();
    }

    @Override
    public long getAppliedIndex() {
        return status().appliedIndex();
    }

    @Override
    public long getCheckpointIndex() {
        return status().checkpointIndex();
    }

    @Override
    public long getReleaseIndex() {
        return status().releaseIndex();
    }

    @Override
    public long getDiskBytes() {
        return status().diskBytes();
    }

    @Override
    public String getStorageNote() {
        return status().storageNote();
    }

    @Override
    public long getMapsMemoryBytes() {
        return status().mapsMemoryBytes();
    }

    @Override
    public long getMapsMemoryMax() {
        return status().mapsMemoryMax();
    }

    @Override
    public long getForces() {
        return status().forces();
    }

    @Override
    public long getLastForceMicros() {
        return status().lastForceMicros();
    }

    @Override
    public long getMaxForceMicros() {
        return status().maxForceMicros();
    }

    @Override
    public long getElections() {
        return status().elections();
    }

    @Override
    public long getLeaderChanges() {
        return status().leaderChanges();
    }

    @Override
    public long getPendingOperations() {
        return status().pendingOperations();
    }

    @Override
    public long getPendingProposals() {
        return status().pendingProposals();
    }

    @Override
    public String getStateHash() {
        return status().stateHash();
    }

    @Override
    public long getAgreedIndex() {
        return status().agreedIndex();
    }

    @Override
    public long getUptimeMillis() {
        return status().uptimeMillis();
    }

    @Override
    public String[] verify() {
        StorageReport report = operation(() -> view.verify());
        List<String> lines = new ArrayList<>();
        for (FileCheck file : report.files()) {
            lines.add(String.join(
                    "\t",
                    file.file(),
                    file.content(),
                    String.valueOf(file.records()),
                    String.valueOf(file.bytes()),
                    file.verdict().toString(),
                    file.note()));
        }
        lines.add(report.summary());
        return lines.toArray(String[]::new);
    }
}
