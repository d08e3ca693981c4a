package io.ngrid.replication.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.NodeId;
import io.ngrid.api.NodeInfo;
import io.ngrid.api.PeerAddress;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.message.FormationNotice;
import io.ngrid.spi.replication.FormationEffect;
import io.ngrid.spi.replication.FormationEvent;
import io.ngrid.spi.replication.FormationOptions;
import io.ngrid.spi.transport.Peer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Formation [M1], rule by rule. */
@Timeout(20)
class FormationTest {
    private static final List<PeerAddress> ALL =
            List.of(FormationSim.address(1), FormationSim.address(2), FormationSim.address(3));

    private static FormationSim fresh(int count, int replicationQuorum) {
        return FormationSim.of(count, replicationQuorum, new Random(1));
    }

    @Test
    void threeFreshNodesFormOnce() {
        FormationSim sim = fresh(3, 2);
        sim.startAll();
        sim.settle();
        LogEntry entry = sim.node(1).entry;
        assertThat(entry.index()).isEqualTo(1);
        assertThat(entry.epoch()).isEqualTo(1);
        assertThat(entry.time()).isZero();
        assertThat(entry.kind()).isEqualTo(EntryKind.CONFIGURATION);
        Configuration configuration = Configuration.decode(entry.payload());
        assertThat(configuration.voters())
                .containsExactly(
                        sim.node(1).member(), sim.node(2).member(), sim.node(3).member());
        assertThat(configuration.replicationQuorum()).isEqualTo(2);
        assertThat(configuration.cluster().value().version()).isEqualTo(4);
        assertThat(sim.nodes).extracting(FormationSim.Node::cluster).containsOnly(configuration.cluster());
    }

    @Test
    void aNodeWithoutPeersFormsAClusterOfOneAtOnce() {
        FormationSim sim = new FormationSim(new Random(1));
        sim.start(sim.add(1, List.of(), 0));
        assertThat(Configuration.decode(sim.node(1).entry.payload()).voters())
                .containsExactly(sim.node(1).member());
        assertThat(sim.node(1).core.reason()).isEmpty();
    }

    @Test
    void aNodeWhoseOnlyAddressIsItsOwnFormsAClusterOfOne() {
        FormationSim sim = new FormationSim(new Random(1));
        sim.start(sim.add(1, List.of(FormationSim.address(1)), 0));
        assertThat(sim.node(1).entry).isNull();
        sim.connect(sim.node(1), sim.node(1));
        assertThat(sim.node(1).entry).isNotNull();
    }

    @Test
    void aMajorityIsNotEnough() {
        FormationSim sim = fresh(3, 0);
        sim.start(sim.node(3));
        sim.start(sim.node(2));
        sim.settle();
        assertThat(sim.node(3).entry).isNull();
        assertThat(sim.node(3).core.reason()).contains("no answer yet from").contains("host-1:7400");
        sim.start(sim.node(1));
        sim.settle();
        assertThat(sim.nodes).extracting(FormationSim.Node::cluster).doesNotContainNull();
    }

    @Test
    void theFormerHasTheEntryOnDiskBeforeAnybodySeesIt() {
        FormationCore core = highestOfTwo();
        Member one = SimCluster.member(1);
        List<FormationEffect> effects = core.handle(
                new FormationEvent.Received(
                        one, toTwo(List.of(one.node(), SimCluster.member(2).node()))),
                0);
        assertThat(effects).hasSize(2);
        assertThat(effects.get(0)).isInstanceOf(FormationEffect.Adopt.class);
        LogEntry entry = ((FormationEffect.Adopt) effects.get(0)).entry();
        assertThat(((FormationEffect.Send) effects.get(1)).notice().entry()).isEqualTo(entry);
    }

    /** node-2 of a list of two, connected to node-1, which has not shown its list yet. */
    private static FormationCore highestOfTwo() {
        FormationCore core = new FormationCore(
                new FormationOptions(
                        SimCluster.member(2), List.of(FormationSim.address(1)), 0, null, FormationSim.RETRY),
                new Random(1),
                0);
        core.handle(new FormationEvent.Connected(peer(SimCluster.member(1), null)), 0);
        core.handle(new FormationEvent.Resolved(FormationSim.address(1), SimCluster.member(1)), 0);
        assertThat(core.reason()).isEqualTo("waiting to hear the lists of [node-1]");
        return core;
    }

    private static FormationNotice toTwo(List<NodeId> list) {
        return new FormationNotice(SimCluster.member(2).storage(), list, 0, null);
    }

    private static Peer peer(Member member, ClusterId cluster) {
        return new Peer(new NodeInfo(member.node(), "host", 7400), member.storage(), cluster);
    }

    @Test
    void whatWasShownOverAnEarlierConnectionDoesNotCount() {
        FormationCore core = highestOfTwo();
        Member one = SimCluster.member(1);
        core.handle(new FormationEvent.Disconnected(one), 0);
        FormationNotice notice = toTwo(List.of(one.node(), SimCluster.member(2).node()));
        assertThat(core.handle(new FormationEvent.Received(one, notice), 0)).isEmpty();
        core.handle(new FormationEvent.Connected(peer(one, null)), 0);
        assertThat(core.reason()).isEqualTo("waiting to hear the lists of [node-1]");
    }

    @Test
    void theStorageSeenLastIsTheVoter() {
        FormationCore core = highestOfTwo();
        Member wiped = new Member(SimCluster.member(1).node(), new StorageId(new UUID(0, 77)));
        core.handle(new FormationEvent.Connected(peer(wiped, null)), 0);
        FormationNotice notice =
                toTwo(List.of(wiped.node(), SimCluster.member(2).node()));
        assertThat(core.handle(new FormationEvent.Received(SimCluster.member(1), notice), 0))
                .as("the old one")
                .isEmpty();
        FormationEffect.Adopt adopt = (FormationEffect.Adopt)
                core.handle(new FormationEvent.Received(wiped, notice), 0).get(0);
        assertThat(Configuration.decode(adopt.entry().payload()).voters()).contains(wiped);
    }

    @Test
    void aNoticeOfAnEarlierStorageDoesNotCount() {
        FormationSim sim = fresh(3, 0);
        FormationSim.Node three = sim.node(3);
        sim.start(three);
        List<NodeId> ids = List.of(sim.node(1).id(), sim.node(2).id(), three.id());
        for (FormationSim.Node other : List.of(sim.node(1), sim.node(2))) {
            sim.handle(three, new FormationEvent.Connected(other.peer()));
            sim.handle(three, new FormationEvent.Resolved(FormationSim.address(other.number), other.member()));
        }
        sim.handle(
                three,
                new FormationEvent.Received(sim.node(1).member(), new FormationNotice(three.storage, ids, 0, null)));
        sim.wipe(sim.node(1));
        sim.handle(three, new FormationEvent.Connected(sim.node(1).peer()));
        sim.handle(
                three,
                new FormationEvent.Received(sim.node(2).member(), new FormationNotice(three.storage, ids, 0, null)));
        assertThat(three.entry).isNull();
        sim.handle(
                three,
                new FormationEvent.Received(sim.node(1).member(), new FormationNotice(three.storage, ids, 0, null)));
        assertThat(three.entry).isNotNull();
    }

    @Test
    void aNodeThatLacksTheEntryAsksAMemberAgainAndAgainAndIsAnswered() {
        FormationSim sim = fresh(2, 0);
        sim.startAll();
        sim.settle();
        LogEntry entry = sim.node(2).entry;
        Member one = sim.node(1).member();
        Member two = sim.node(2).member();
        FormationCore member =
                new FormationCore(new FormationOptions(two, List.of(), 0, entry, FormationSim.RETRY), new Random(1), 0);
        FormationCore lacksIt = new FormationCore(
                new FormationOptions(one, List.of(FormationSim.address(2)), 0, null, FormationSim.RETRY),
                new Random(1),
                0);
        lacksIt.handle(new FormationEvent.Connected(peer(two, sim.node(2).cluster())), 0);
        FormationEffect.Send answer =
                new FormationEffect.Send(one.node(), new FormationNotice(one.storage(), List.of(two.node()), 0, entry));
        assertThat(member.handle(new FormationEvent.Connected(peer(one, null)), 0))
                .containsExactly(answer);
        for (long now = FormationSim.RETRY; now < 5 * FormationSim.RETRY; now += FormationSim.RETRY) {
            assertThat(lacksIt.nextTickNanos()).isEqualTo(now);
            FormationEffect.Send ask = (FormationEffect.Send)
                    lacksIt.handle(new FormationEvent.Tick(), now).get(0);
            assertThat(ask.to()).isEqualTo(two.node());
            assertThat(member.handle(new FormationEvent.Received(one, ask.notice()), now))
                    .containsExactly(answer);
            assertThat(member.nextTickNanos()).as("a member only answers").isEqualTo(Long.MAX_VALUE);
        }
        lacksIt.handle(new FormationEvent.Received(two, answer.notice()), 0);
        assertThat(lacksIt.nextTickNanos()).as("it has it").isEqualTo(Long.MAX_VALUE);
        assertThat(lacksIt.reason()).isEmpty();
    }

    @Test
    void aNoticeForAStorageThatWasWipedSaysNothingToTheNewOne() {
        FormationCore wiped = highestOfTwo();
        Member one = SimCluster.member(1);
        StorageId before = new StorageId(new UUID(0, 77));
        List<NodeId> both = List.of(one.node(), SimCluster.member(2).node());
        FormationNotice late = new FormationNotice(before, both, 0, null);
        assertThat(wiped.handle(new FormationEvent.Received(one, late), 0)).isEmpty();
        LogEntry entry = FormationEntry.write(new Configuration(
                new ClusterId(new UUID(5, 5)),
                List.of(one, new Member(SimCluster.member(2).node(), before)),
                0));
        FormationNotice formed = new FormationNotice(before, both, 0, entry);
        assertThat(wiped.handle(new FormationEvent.Received(one, formed), 0)).isEmpty();
        assertThat(wiped.reason()).isEqualTo("waiting to hear the lists of [node-1]");
        assertThat(wiped.handle(new FormationEvent.Received(one, toTwo(both)), 0))
                .first()
                .isInstanceOf(FormationEffect.Adopt.class);
    }

    @Test
    void whoeverShowsAClusterForbidsForming() {
        FormationCore core = highestOfTwo();
        core.handle(new FormationEvent.Connected(peer(SimCluster.member(9), new ClusterId(new UUID(5, 5)))), 0);
        Member one = SimCluster.member(1);
        FormationNotice notice = toTwo(List.of(one.node(), SimCluster.member(2).node()));
        assertThat(core.handle(new FormationEvent.Received(one, notice), 0)).isEmpty();
        assertThat(core.reason()).contains("node-9 belongs to cluster").contains("waits to be let in");
    }

    @Test
    void differingListsAreNamed() {
        FormationSim sim = new FormationSim(new Random(1));
        sim.add(1, ALL, 0);
        sim.add(2, ALL.subList(0, 2), 0);
        sim.add(3, ALL, 0);
        sim.startAll();
        sim.settle();
        assertThat(sim.nodes).extracting(FormationSim.Node::cluster).containsOnlyNulls();
        assertThat(sim.node(3).core.reason())
                .isEqualTo("the peers of node-2 are [node-1, node-2], those of this node are [node-1, node-2, node-3];"
                        + " they must be equal");
    }

    @Test
    void differingQuorumsAreNamed() {
        FormationSim sim = new FormationSim(new Random(1));
        sim.add(1, ALL, 3);
        sim.add(2, ALL, 0);
        sim.add(3, ALL, 0);
        sim.startAll();
        sim.settle();
        assertThat(sim.nodes).extracting(FormationSim.Node::cluster).containsOnlyNulls();
        assertThat(sim.node(2).core.reason())
                .isEqualTo("replication.quorum of node-1 is 3, that of this node is majority; they must be equal");
    }

    @Test
    void aQuorumGreaterThanTheListIsNamed() {
        FormationSim sim = fresh(2, 3);
        sim.startAll();
        sim.settle();
        assertThat(sim.nodes).extracting(FormationSim.Node::cluster).containsOnlyNulls();
        assertThat(sim.node(1).core.reason()).contains("replication.quorum = 3 is not allowed with the 2 nodes");
    }

    @Test
    void twoNodesWithOneIdAreNamed() {
        FormationSim sim = fresh(3, 0);
        FormationSim.Node three = sim.node(3);
        sim.start(three);
        Member other = new Member(sim.node(1).id(), new StorageId(new UUID(0, 55)));
        sim.handle(
                three,
                new FormationEvent.Resolved(FormationSim.address(1), sim.node(1).member()));
        sim.handle(three, new FormationEvent.Resolved(FormationSim.address(2), other));
        assertThat(three.core.reason()).contains("two nodes have the ID node-1: at host-1:7400 and at host-2:7400");
        sim.handle(three, new FormationEvent.Connected(sim.node(1).peer()));
        FormationNotice notice =
                new FormationNotice(three.storage, List.of(sim.node(1).id(), three.id()), 0, null);
        sim.handle(three, new FormationEvent.Received(sim.node(1).member(), notice));
        assertThat(three.entry)
                .as("a list of three must not become a cluster of two")
                .isNull();
        Member twin = new Member(three.id(), new StorageId(new UUID(0, 56)));
        sim.handle(three, new FormationEvent.Resolved(FormationSim.address(2), twin));
        assertThat(three.core.reason()).contains("has the ID of this node, node-3");
    }

    @Test
    void H22_aVoterKilledBeforeItAdoptsGetsTheEntryWhenItReturns() {
        FormationSim sim = fresh(3, 0);
        sim.startAll();
        sim.connectAll();
        for (int i = 0; i < 20 && sim.node(3).entry == null; i++) {
            sim.deliver(sim.node(1), sim.node(3));
            sim.deliver(sim.node(2), sim.node(3));
        }
        assertThat(sim.node(3).entry).isNotNull();
        sim.crash(sim.node(1));
        sim.node(1).entry = null; // it came not that far
        sim.settle();
        assertThat(sim.node(2).entry).isNotNull();
        sim.crash(sim.node(3)); // not even the former is needed
        sim.start(sim.node(1));
        sim.settle();
        assertThat(sim.node(1).cluster()).isEqualTo(sim.node(2).cluster());
    }

    @Test
    void H23_aWipedHighestNodeNeverFormsAgainstItsClusterAndIsTold() {
        FormationSim sim = fresh(3, 0);
        sim.startAll();
        sim.settle();
        ClusterId cluster = sim.node(1).cluster();
        FormationSim.Node three = sim.node(3);
        sim.crash(three);
        sim.wipe(three);
        sim.start(three);
        sim.settle();
        assertThat(three.entry).isNull();
        assertThat(three.excluded).contains("was formed with storage").contains(three.storage.toString());
        assertThat(three.core.reason()).isEqualTo(three.excluded);
        assertThat(sim.node(1).cluster()).isEqualTo(cluster);
    }

    /** As when each node of a list was a cluster of one before, and one still is when the others start anew. */
    @Test
    void aNodeIsShutOutOnlyWhileTheOneIsThereThatSaidSo() {
        FormationSim sim = fresh(3, 0);
        FormationSim.Node alone = sim.add(3, List.of(), 0);
        sim.wipe(alone);
        sim.start(alone);
        sim.settle();
        sim.start(sim.node(1));
        sim.start(sim.node(2));
        sim.settle();
        assertThat(sim.node(1).excluded).contains("was formed without node-1");
        assertThat(sim.node(1).core.isExcluded()).isTrue();

        sim.crash(alone);
        sim.wipe(alone);
        assertThat(sim.node(1).core.isExcluded()).isFalse();
        sim.start(sim.node(3));
        sim.settle();
        assertThat(sim.nodes.subList(0, 3))
                .extracting(FormationSim.Node::cluster)
                .doesNotContainNull()
                .containsOnly(sim.node(1).cluster());
    }

    @Test
    void aNodeThatWasNotNamedIsTold() {
        FormationSim sim = fresh(2, 0);
        sim.startAll();
        sim.settle();
        FormationSim.Node late = sim.add(3, ALL, 0);
        sim.start(late);
        sim.settle();
        assertThat(late.excluded).contains("was formed without node-3");
    }

    @Test
    void H46_aNodeMayAnswerAtAnotherAddressThanBefore() {
        FormationCore core = highestOfTwo();
        Member one = SimCluster.member(1);
        core.handle(new FormationEvent.Disconnected(one), 0);
        Peer moved = new Peer(new NodeInfo(one.node(), "elsewhere", 9999), one.storage(), null);
        core.handle(new FormationEvent.Connected(moved), 0);
        FormationNotice notice = toTwo(List.of(one.node(), SimCluster.member(2).node()));
        assertThat(core.handle(new FormationEvent.Received(one, notice), 0).get(0))
                .isInstanceOf(FormationEffect.Adopt.class);
    }

    @Test
    void aLostNoticeIsRepeated() {
        FormationCore core = highestOfTwo();
        assertThat(core.nextTickNanos()).isEqualTo(FormationSim.RETRY);
        List<FormationEffect> effects = core.handle(new FormationEvent.Tick(), FormationSim.RETRY);
        assertThat(effects).hasSize(1);
        assertThat(((FormationEffect.Send) effects.get(0)).notice().list()).hasSize(2);
    }

    @Test
    void anythingButAFormationEntryIsRefused() {
        FormationCore core = highestOfTwo();
        LogEntry entry = new LogEntry(2, 1, 0, EntryKind.CONFIGURATION, new byte[0]);
        assertThatThrownBy(() -> core.handle(
                        new FormationEvent.Received(
                                SimCluster.member(1),
                                new FormationNotice(SimCluster.member(2).storage(), List.of(), 0, entry)),
                        0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("1:1");
    }
}
