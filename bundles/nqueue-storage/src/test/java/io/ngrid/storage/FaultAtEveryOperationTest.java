package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.spi.election.Vote;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.spi.storage.UnfinishedException;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The first, the second, ... operation on the disk fails, of whatever kind: a write that finds no space, a read, a force, a
 * rename. Each failure is told by its type, and whatever was acknowledged is there after a crash and a start.
 */
@Timeout(300)
class FaultAtEveryOperationTest {
    /** Votes, entries, checkpoints, sparse segments, compaction, a start, and more of them. */
    private static final class Script {
        final GroupModel model;
        long epoch = 1;
        boolean open = true;

        Script(int seed) {
            model = new GroupModel(new MemoryDisk(seed), new Random(7), GroupModel.withLargeQueueSegments());
        }

        void run() throws IOException {
            vote();
            model.offer(50);
            model.append(60);
            model.flush();
            model.applyAll();
            checkpoint();
            model.pollMost();
            checkpoint();
            model.cut(model.append(5));
            model.offer(40);
            vote();
            model.storage.close();
            model.recover(model.disk);
            model.offer(3);
            checkpoint();
        }

        private void vote() {
            model.group.votes().write(new Vote(epoch + 1, null));
            epoch++;
        }

        /** As a node does: no space is no failure, it is tried again. */
        private void checkpoint() {
            try {
                model.checkpoint(true);
            } catch (UnfinishedException e) {
                model.flush();
                model.check();
                model.checkpoint(false);
            }
        }
    }

    @Test
    void H42_aGroupLosesNothingThatItAcknowledged() throws IOException {
        int told = 0;
        int borne = 0;
        boolean struck = true;
        for (int nth = 1; struck; nth++) {
            Script script = new Script(nth);
            MemoryDisk disk = script.model.disk;
            disk.failOperation(nth);
            boolean failed = false;
            try {
                script.run();
            } catch (StorageException e) {
                assertThat(e).as("operation %s", nth).isNotInstanceOf(CorruptionException.class);
                failed = true;
            }
            struck = !disk.hasPlannedFaults();
            assertThat(failed).as("operation %s", nth).isIn(false, struck);
            told += failed ? 1 : 0;
            borne += struck && !failed ? 1 : 0;
            script.model.recover(disk.crash(Loss.values()[nth % 3]));
            assertThat(script.model.group.votes().read().epoch())
                    .as("operation %s", nth)
                    .isBetween(script.epoch, script.epoch + 1);
            script.model.offer(2);
            script.model.checkpoint(false);
        }
        assertThat(told).isGreaterThan(200);
        assertThat(borne).isGreaterThan(20);
    }

    @Test
    void H42_aQueueLosesNothingThatItAcknowledged() throws IOException {
        int told = 0;
        boolean struck = true;
        for (int nth = 1; struck; nth++) {
            MemoryDisk disk = new MemoryDisk(nth);
            disk.failOperation(nth);
            QueueScript script = new QueueScript();
            boolean failed = false;
            try {
                script.run(disk);
            } catch (IOException e) {
                failed = true;
            } catch (StorageException e) {
                assertThat(e).as("operation %s", nth).isNotInstanceOf(CorruptionException.class);
                failed = true;
            }
            struck = !disk.hasPlannedFaults();
            assertThat(failed).as("operation %s", nth).isIn(false, struck);
            told += failed ? 1 : 0;
            QueueCore core = QueueCore.open(disk.crash(Loss.values()[nth % 3]), QueueScript.OPTIONS, 3);
            script.check(core, "operation " + nth);
            core.append(1, new byte[10]);
            core.commit(0);
        }
        assertThat(told).isGreaterThan(100);
    }

    private static final class QueueScript {
        static final NQueueOptions OPTIONS = NQueueOptions.defaults().withSizes(3_000, 2_000);

        private final TreeMap<Long, byte[]> there = new TreeMap<>();
        private final TreeSet<Long> perhaps = new TreeSet<>(); // under way when it failed

        void run(MemoryDisk disk) throws IOException {
            QueueCore core = QueueCore.open(disk, OPTIONS, 3);
            appendAll(core, 1, 40);
            for (long sequence = 2; sequence < 30; sequence += sequence == 10 ? 2 : 1) {
                take(core, sequence);
            }
            core.close();
            core = QueueCore.open(disk, OPTIONS, 3);
            appendAll(core, 41, 50);
            perhaps.addAll(List.of(48L, 49L, 50L));
            core.truncateTail(48);
            there.tailMap(48L, true).clear();
            perhaps.clear();
            take(core, 1);
            core.close();
        }

        private void appendAll(QueueCore core, long from, long to) throws IOException {
            for (long sequence = from; sequence <= to; sequence++) {
                perhaps.add(sequence);
                core.append(sequence, body(sequence));
                core.commit(sequence);
                there.put(sequence, body(sequence));
                perhaps.clear();
            }
        }

        private void take(QueueCore core, long sequence) throws IOException {
            perhaps.add(sequence);
            assertThat(core.release(sequence)).isTrue();
            core.commit(100 + sequence);
            there.remove(sequence);
            perhaps.clear();
        }

        private static byte[] body(long sequence) {
            return new byte[] {(byte) sequence, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        }

        void check(QueueCore core, String when) throws IOException {
            List<Long> found = new ArrayList<>();
            for (List<Element> page = core.page(1); !page.isEmpty(); ) {
                for (Element element : page) {
                    assertThat(element.body()).as(when).isEqualTo(body(element.sequence()));
                    found.add(element.sequence());
                }
                page = core.page(found.get(found.size() - 1) + 1);
            }
            assertThat(found).as(when).isSorted().doesNotHaveDuplicates();
            List<Long> sure = new ArrayList<>(there.keySet());
            sure.removeAll(perhaps);
            assertThat(found).as(when).containsAll(sure);
            found.removeAll(sure);
            assertThat(perhaps).as(when).containsAll(found);
        }
    }

    @Test
    void aReadOfTheLogThatFailsIsToldByItsType() {
        GroupModel model = new GroupModel(new MemoryDisk(1), new Random(7));
        model.append(300);
        model.flush();
        model.disk.failOperation(1);
        assertThatThrownBy(() -> model.group.log().entries(2, 1_000))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("cannot read the log")
                .hasMessageContaining("planned fault");
    }
}
