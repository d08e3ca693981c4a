package io.ngrid.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NodeState;
import io.ngrid.api.QueueSettings;
import io.ngrid.api.StorageFullException;
import io.ngrid.node.client.GridClient;
import io.ngrid.node.state.Action;
import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Query;
import io.ngrid.spi.storage.StorageReport;
import io.ngrid.spi.view.NodeStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What whole nodes make of faults of their disks [D1], [D2]. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StorageFaultTest {
    private static final long SECOND = SimulatedCluster.SECOND;
    private static final Predicate<String> LOG = path -> path.startsWith("group-0/log/");
    private static final Predicate<String> VOTE = path -> path.equals("group-0/vote");

    private final SimulatedCluster cluster = new SimulatedCluster(3, 0, 11);

    private SimulatedNode start() {
        cluster.startAll();
        SimulatedNode leader = cluster.awaitLeader();
        cluster.await(leader.client().write(new Action.CreateQueue(QueueSettings.of("orders", "bytes")), 20 * SECOND));
        return leader;
    }

    private List<SimulatedNode> others(SimulatedNode... without) {
        List<SimulatedNode> others = new ArrayList<>(cluster.nodes());
        others.removeAll(List.of(without));
        return others;
    }

    private static NodeStatus status(SimulatedNode node) {
        return Objects.requireNonNull(node.status());
    }

    private void awaitDegraded(SimulatedNode node, String reason) {
        cluster.time().runUntil(() -> node.status() != null && status(node).state() == NodeState.DEGRADED, 5 * SECOND);
        assertThat(status(node).reason()).contains(reason);
    }

    private CompletableFuture<GridClient.Done> offer(SimulatedNode node) {
        return node.client().write(new Action.Offer("orders", List.of(new byte[1])), 20 * SECOND);
    }

    private long size(SimulatedNode node) {
        GridClient.Read read = cluster.await(node.client().read(new Query.QueueSize("orders"), 20 * SECOND));
        return ((Answer.Count) read.answer()).value();
    }

    /** [D1] A restart forces what it is about to believe. */
    private static void assertSaysToRestart(SimulatedNode node) {
        assertThat(status(node).reason()).contains("see to the disk of ", "then restart the node");
    }

    /** Where the record begins that holds a byte of a segment of the log. */
    private static long recordAt(byte[] segment, int at) {
        ByteBuffer bytes = ByteBuffer.wrap(segment);
        int start = 64; // behind the header
        for (int next = start; next <= at; next += (56 + bytes.getInt(start + 4) + 7) / 8 * 8) {
            start = next;
        }
        return start;
    }

    /** Paths that a node forces from now on. */
    private static List<String> forcesOf(SimulatedNode node) {
        List<String> forced = new ArrayList<>();
        node.disk().onForce(forced::add);
        return forced;
    }

    @Test
    void H42_aLeaderWhoseLogCannotBeForcedStepsDownAndTriesNothingAgain() {
        SimulatedNode leader = start();
        cluster.await(offer(leader));
        SimulatedNode caller = others(leader).get(0);
        leader.diskFault(true);
        leader.disk().failForce(LOG, 1);
        CompletableFuture<GridClient.Done> inFlight = offer(caller);
        awaitDegraded(leader, "group-0/log");
        assertSaysToRestart(leader);
        List<String> forced = forcesOf(leader);
        long failedAt = cluster.time().now();
        SimulatedNode next = cluster.awaitLeader();
        assertThat(next).isNotSameAs(leader);
        assertThat(cluster.time().now() - failedAt)
                .as("it says at once that it leads no more")
                .isLessThan(SECOND / 2);
        cluster.await(inFlight);
        cluster.await(offer(caller));
        assertThat(size(caller)).isEqualTo(3);
        cluster.time().runFor(20 * SECOND);
        assertThat(forced).noneMatch(LOG);
        assertThat(status(leader).state()).isEqualTo(NodeState.DEGRADED);
    }

    @Test
    void aNodeWhoseLogCannotBeForcedNeitherAcknowledgesNorVotes() {
        SimulatedNode leader = start();
        SimulatedNode broken = others(leader).get(0);
        SimulatedNode sound = others(leader, broken).get(0);
        broken.diskFault(true);
        broken.disk().failForce(LOG, 1);
        cluster.await(offer(leader));
        awaitDegraded(broken, "group-0/log");
        cluster.time().runFor(SECOND);
        long acknowledged = matchIndex(leader, broken);
        assertThat(acknowledged).isLessThan(status(leader).lastIndex());
        cluster.await(offer(leader));
        cluster.time().runFor(2 * SECOND);
        assertThat(matchIndex(leader, broken)).isEqualTo(acknowledged);
        sound.crash();
        cluster.time().runUntil(() -> !leader.leads(), 5 * SECOND);
        cluster.time().runFor(20 * SECOND);
        assertThat(cluster.nodes()).as("a quorum would need its vote").noneMatch(SimulatedNode::leads);
        sound.start();
        cluster.awaitLeader();
        assertThat(size(sound)).isEqualTo(2);
    }

    private static long matchIndex(SimulatedNode leader, SimulatedNode follower) {
        return status(leader).peers().stream()
                .filter(peer -> peer.node().equals(follower.id()))
                .findFirst()
                .orElseThrow()
                .matchIndex();
    }

    @Test
    void H42_aVoteThatCannotBeForcedIsNotGiven() {
        SimulatedNode leader = start();
        SimulatedNode broken = others(leader).get(0);
        SimulatedNode candidate = others(leader, broken).get(0);
        broken.diskFault(true);
        broken.disk().failForce(VOTE, 1);
        leader.crash();
        awaitDegraded(broken, "group-0/vote");
        assertSaysToRestart(broken);
        List<String> forced = forcesOf(broken);
        cluster.time().runFor(20 * SECOND);
        assertThat(candidate.leads()).isFalse();
        assertThat(forced).noneMatch(VOTE);
        leader.start();
        cluster.awaitLeader();
    }

    @Test
    void H42_aCheckpointThatCannotBeForcedIsAFaultTooAndNothingItWouldReplaceIsDeleted() {
        SimulatedNode leader = start();
        SimulatedNode broken = others(leader).get(0);
        cluster.await(offer(leader));
        broken.diskFault(true);
        broken.disk().failForce(path -> path.contains("/checkpoint-"), 1);
        cluster.time().runFor(35 * SECOND);
        awaitDegraded(broken, "checkpoint");
        assertSaysToRestart(broken);
        assertThat(status(broken).checkpointIndex()).isZero();
        assertThat(status(broken).firstIndex()).isEqualTo(1);
        cluster.await(offer(leader));
        assertThat(size(leader)).isEqualTo(2);
    }

    /** [D2] a bad record in front of a good one that proves that it was once on disk. */
    @Test
    void H43_aNodeWithACorruptLogStaysUpWithoutVoteOrAcknowledgementAndSaysWhere() {
        SimulatedNode leader = start();
        SimulatedNode broken = others(leader).get(0);
        for (int i = 0; i < 5; i++) {
            cluster.await(offer(leader));
            cluster.time().runFor(2 * SECOND); // a seal
        }
        broken.crash();
        broken.diskFault(true);
        String log =
                broken.disk().files().stream().filter(LOG).sorted().findFirst().orElseThrow();
        long offset = recordAt(broken.disk().content(log), 300);
        broken.disk().flipBit(log, 300, 1);
        broken.start();
        awaitDegraded(broken, log + " is corrupt at offset " + offset + ": ");
        assertThat(status(broken).reason()).contains("Keep a copy of ", StorageReport.WAY_OUT_OF_SEVERAL);
        cluster.await(offer(leader));
        assertNeitherVotesNorAcknowledges(leader, broken);
    }

    /** [D2] a vote file without a valid slot is no default. */
    @Test
    void H24_aNodeWithoutAValidVoteStaysUpWithoutVoteOrAcknowledgement() {
        SimulatedNode leader = start();
        SimulatedNode broken = others(leader).get(0);
        cluster.await(offer(leader));
        broken.crash();
        broken.diskFault(true);
        broken.disk().overwrite("group-0/vote", 0, new byte[64]);
        broken.disk().overwrite("group-0/vote", 4096, new byte[64]);
        broken.start();
        awaitDegraded(broken, "group-0/vote is corrupt at offset 0: ");
        assertThat(status(broken).reason()).contains("Keep a copy of ", StorageReport.WAY_OUT_OF_SEVERAL);
        assertNeitherVotesNorAcknowledges(leader, broken);
    }

    /** [D2] it has nobody to refill from; that its list of peers names itself changes nothing. */
    @Test
    void aClusterOfOneWithoutAValidVoteRefusesToStartAndNamesTheWaysOut() {
        SimulatedCluster alone = new SimulatedCluster(1, 0, 12);
        alone.startAll();
        SimulatedNode node = alone.awaitLeader();
        node.crash();
        node.diskFault(true);
        node.disk().overwrite("group-0/vote", 0, new byte[64]);
        node.disk().overwrite("group-0/vote", 4096, new byte[64]);
        node.start();
        alone.time().runFor(SECOND);
        assertThat(node.refusedToStart())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("group-0/vote")
                .hasMessageContaining(StorageReport.WAY_OUT_OF_ONE);
    }

    private void assertNeitherVotesNorAcknowledges(SimulatedNode leader, SimulatedNode broken) {
        others(leader, broken).get(0).crash();
        cluster.time().runUntil(() -> !leader.leads(), 5 * SECOND);
        cluster.time().runFor(20 * SECOND);
        assertThat(cluster.nodes()).noneMatch(SimulatedNode::leads);
    }

    private static void leave(SimulatedNode node, long bytes) {
        long used = node.disk().files().stream()
                .mapToLong(path -> node.disk().content(path).length)
                .sum();
        node.disk().capacity(used + bytes);
    }

    /** [D3] */
    @Test
    void onANearlyFullDiskOffersFailAtOnceAndPollsMakeRoom() {
        cluster.nodes().forEach(node -> node.machine().segmentBytes = 64 << 10);
        SimulatedNode leader = start();
        GridClient client = leader.client();
        byte[] body = new byte[1_000];
        for (int i = 0; i < 300; i++) {
            cluster.await(client.write(new Action.Offer("orders", List.of(body)), 20 * SECOND));
        }
        leave(leader, 100 << 10);
        cluster.time().runFor(2 * SECOND);
        CompletableFuture<GridClient.Done> offer = client.write(new Action.Offer("orders", List.of(body)), 20 * SECOND);
        cluster.time().runUntil(offer::isDone, SECOND);
        assertThat(offer.handle((done, error) -> error).join())
                .isInstanceOf(StorageFullException.class)
                .hasMessageContaining("storage full");
        assertThat(status(leader).storageNote()).contains("storage full");
        for (int i = 0; i < 300; i++) {
            cluster.await(client.write(new Action.Poll("orders", 1), 20 * SECOND));
        }
        leave(leader, 100 << 10);
        cluster.time().runUntil(() -> status(leader).storageNote().isEmpty(), 20 * SECOND);
        cluster.await(client.write(new Action.Offer("orders", List.of(body)), 20 * SECOND));
    }

    /** [D3] Not [D1]: it goes on by itself when there is space again. */
    @Test
    void aFollowerWithoutSpaceForItsLogAcknowledgesNothingAndCatchesUpLater() {
        cluster.nodes().forEach(node -> node.machine().segmentBytes = 64 << 10);
        SimulatedNode leader = start();
        SimulatedNode full = others(leader).get(0);
        leave(full, 1_000);
        GridClient client = leader.client();
        for (int i = 0; i < 400; i++) {
            cluster.await(client.write(new Action.Offer("orders", List.of(new byte[1_000])), 20 * SECOND));
        }
        cluster.time().runFor(3 * SECOND);
        assertThat(status(full).state()).isEqualTo(NodeState.FOLLOWER);
        assertThat(status(full).flushedIndex()).isLessThan(300);
        assertThat(status(full).storageNote()).contains("storage full");
        full.disk().capacity(Long.MAX_VALUE);
        cluster.time()
                .runUntil(
                        () -> status(full).flushedIndex() == status(leader).lastIndex()
                                && status(full).storageNote().isEmpty(),
                        20 * SECOND);
        assertThat(size(full)).isEqualTo(400);
    }

    /** [D3] The reserve is made again where there is room for it beside what has to be left, not only where there is plenty. */
    @Test
    void aNodeWhoseReserveWasGivenIsNotFullAnyMoreWhenItFitsAgain() {
        long segment = 64 << 10;
        cluster.nodes().forEach(node -> node.machine().segmentBytes = (int) segment);
        SimulatedNode leader = start();
        SimulatedNode full = others(leader).get(0);
        GridClient client = leader.client();
        cluster.time().runFor(40 * SECOND);
        assertThat(full.disk().files()).contains("group-0/reserve");
        leave(full, 1_000);
        for (int i = 0; i < 200; i++) {
            cluster.await(client.write(new Action.Offer("orders", List.of(new byte[1_000])), 20 * SECOND));
            cluster.await(client.write(new Action.Poll("orders", 1), 20 * SECOND));
        }
        cluster.time().runFor(10 * SECOND);
        assertThat(full.disk().files()).doesNotContain("group-0/reserve");
        assertThat(status(full).storageNote()).contains("the reserve is in use");
        leave(full, 9 * segment / 2 + 10_000); // 5/4 of two segments, and two for the reserve
        cluster.time().runUntil(() -> status(full).storageNote().isEmpty(), 20 * SECOND);
        assertThat(full.disk().files()).contains("group-0/reserve");
    }

    /** [D3] No call fails but those that would take space, and those only while nobody with space leads. */
    @Test
    void aLeaderWithoutSpaceForItsLogHandsOverAndOffersGoOn() {
        cluster.nodes().forEach(node -> node.machine().segmentBytes = 64 << 10);
        SimulatedNode full = start();
        GridClient client = others(full).get(0).client();
        cluster.await(client.write(new Action.CreateMap(MapSettings.of("prices", "bytes", "bytes")), 20 * SECOND));
        leave(full, 1_000);
        for (int i = 0; i < 100 && full.leads(); i++) { // removals take space in the log only
            cluster.await(client.write(new Action.Remove("prices", new byte[10_000], null), 20 * SECOND));
            cluster.time().runFor(SECOND / 10);
        }
        cluster.time().runUntil(() -> others(full).stream().anyMatch(SimulatedNode::leads), 20 * SECOND);
        SimulatedNode next = cluster.awaitLeader();
        for (int i = 0; i < 100; i++) {
            cluster.await(client.write(new Action.Offer("orders", List.of(new byte[1_000])), 20 * SECOND));
        }
        assertThat(next.leads()).isTrue();
        full.disk().capacity(Long.MAX_VALUE);
        cluster.time().runUntil(full::leads, 60 * SECOND);
        assertThat(size(full)).isEqualTo(100);
    }
}
