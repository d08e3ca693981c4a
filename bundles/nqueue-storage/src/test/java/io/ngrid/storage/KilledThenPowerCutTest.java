package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.api.Durability;
import io.ngrid.api.NodeId;
import io.ngrid.spi.ClusterId;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.election.Vote;
import io.ngrid.spi.storage.Checkpoints.Loaded;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.Identity;
import io.ngrid.spi.storage.Storage;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a killed process left in the page cache looks finished to the next one, which acts on it, though it is not on disk
 * yet. So: a process is killed at any force, the next one starts and is asked what it holds, the power is cut, and what it
 * said must still be so.
 */
@Timeout(120)
class KilledThenPowerCutTest {
    private static final int CUTS = 4;

    private final Random random = new Random(11);

    /** What a node says after a start. */
    private record Seen(
            StorageId storage,
            @Nullable ClusterId cluster,
            @Nullable Vote vote,
            List<List<Long>> entries,
            long checkpoint,
            TreeMap<String, Integer> bodies) {}

    @ParameterizedTest
    @EnumSource(Durability.class)
    void H24_H42_whatANodeSaysAfterAKillIsStillSoAfterAPowerCut(Durability durability) throws IOException {
        for (MemoryDisk killed : disksOfAKilledNode(durability)) {
            for (int cut = 0; cut < CUTS; cut++) {
                MemoryDisk disk = killed.copy();
                Seen said = start(disk, durability, false);
                MemoryDisk after = disk.crash(cut == 0 ? Loss.ALL : Loss.RANDOM);
                assertThat(start(after, durability, false)).isEqualTo(said);
            }
        }
    }

    /** It votes and writes on top of what it found; with durability os the entries need not last. */
    @ParameterizedTest
    @EnumSource(value = Durability.class, names = "FSYNC")
    void H24_H42_whatANodeDoesAfterAKillIsStillDoneAfterAPowerCut(Durability durability) throws IOException {
        for (MemoryDisk killed : disksOfAKilledNode(durability)) {
            for (int cut = 0; cut < CUTS; cut++) {
                MemoryDisk disk = killed.copy();
                Seen done = start(disk, durability, true);
                MemoryDisk after = disk.crash(cut == 0 ? Loss.ALL : Loss.RANDOM);
                assertThat(start(after, durability, false)).isEqualTo(done);
            }
        }
    }

    private List<MemoryDisk> disksOfAKilledNode(Durability durability) {
        MemoryDisk disk = new MemoryDisk(3);
        List<MemoryDisk> killed = new ArrayList<>();
        disk.onForce(path -> killed.add(disk.copy()));
        GroupModel node = new GroupModel(disk, random, durability);
        for (int i = 0; i < 4; i++) {
            node.group.votes().write(new Vote(2 + i, new NodeId("node-" + i)));
            node.append(60);
            node.flush();
            node.applyAll();
            node.checkpoint(i % 2 == 0);
            node.append(40);
            node.flush();
            node.cut(20);
            node.append(10);
            node.flush();
            node.seal();
        }
        node.storage.dropCluster();
        assertThat(killed).as("moments to be killed at").hasSizeGreaterThan(60);
        return killed;
    }

    private Seen start(MemoryDisk disk, Durability durability, boolean acts) throws IOException {
        Storage storage = NodeStorage.open(disk, GroupModel.options(durability), random);
        Identity identity = storage.identity();
        if (identity.cluster() == null) {
            return new Seen(identity.storage(), null, null, List.of(), 0, new TreeMap<>());
        }
        Group group = storage.openGroup();
        if (acts) {
            group.votes().write(new Vote(group.votes().read().epoch() + 1, new NodeId("node-9")));
            long next = group.log().last().index() + 1;
            group.log().append(1, List.of(LogModel.entry(next, 1, 30)));
            group.log().flush(1);
        }
        List<List<Long>> entries = new ArrayList<>();
        long last = group.log().last().index();
        for (long index = group.log().firstIndex(); index <= last; index++) {
            LogEntry entry = group.log().entries(index, 1).get(0);
            entries.add(List.of(entry.index(), entry.epoch(), (long) java.util.Arrays.hashCode(entry.payload())));
        }
        return new Seen(
                identity.storage(),
                identity.cluster(),
                group.votes().read(),
                entries,
                group.checkpoints().index(),
                bodies(group));
    }

    private static TreeMap<String, Integer> bodies(Group group) {
        TreeMap<String, Integer> bodies = new TreeMap<>();
        Loaded loaded = group.checkpoints().load();
        if (loaded != null) {
            GroupModel.liveAt(loaded)
                    .forEach((queue, sequences) -> sequences.forEach(sequence -> bodies.put(
                            queue + ":" + sequence,
                            java.util.Arrays.hashCode(group.bodies().read(queue, sequence)))));
        }
        return bodies;
    }

    @ParameterizedTest
    @EnumSource(NQueueOptions.Durability.class)
    void H42_whatAQueueHoldsAfterAKillIsStillThereAfterAPowerCut(NQueueOptions.Durability durability)
            throws IOException {
        NQueueOptions options = NQueueOptions.defaults()
                .withInterval(Duration.ofMillis(10))
                .with(durability)
                .withSizes(3000, 2000);
        for (MemoryDisk killed : disksOfAKilledQueue(options)) {
            for (int cut = 0; cut < 2 * CUTS; cut++) {
                MemoryDisk disk = killed.copy();
                QueueCore next = QueueCore.open(disk, options, 2);
                if (cut % 2 == 1) { // it appends to what it found
                    next.append(0, new byte[100]);
                    next.sync();
                }
                List<Long> said = sequences(next);
                MemoryDisk after = disk.crash(cut < 2 ? Loss.ALL : Loss.RANDOM);
                assertThat(sequences(QueueCore.open(after, options, 3))).isEqualTo(said);
            }
        }
    }

    private List<MemoryDisk> disksOfAKilledQueue(NQueueOptions options) throws IOException {
        MemoryDisk disk = new MemoryDisk(4);
        List<MemoryDisk> killed = new ArrayList<>();
        disk.onForce(path -> killed.add(disk.copy()));
        QueueCore core = QueueCore.open(disk, options, 1);
        long now = 0;
        for (int i = 0; i < 30; i++) {
            for (int n = 0; n < 4; n++) {
                core.append(i, new byte[random.nextInt(400)]);
            }
            core.commit(now);
            core.poll();
            core.release(core.peek().sequence() + 1);
            core.commit(now);
            if (i % 7 == 0) {
                core.truncateTail(core.peek().sequence() + 3);
                core.commit(now);
            }
            if (i % 5 == 0) {
                now += 2_000_000_000L;
                core.commit(now); // seals
            }
            killed.add(disk.copy());
        }
        assertThat(killed).as("moments to be killed at").hasSizeGreaterThan(60);
        return killed;
    }

    private static List<Long> sequences(QueueCore core) throws IOException {
        List<Long> found = new ArrayList<>();
        List<Element> page = core.page(1);
        while (!page.isEmpty()) {
            page.forEach(element -> found.add(element.sequence()));
            page = core.page(found.get(found.size() - 1) + 1);
        }
        return found;
    }
}
