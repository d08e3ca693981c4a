package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.storage.NQueueOptions.Durability;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class QueueCorePropertiesTest {
    /** What the queue holds, and what it held when all was last durable. */
    private static final class Model {
        TreeMap<Long, byte[]> live = new TreeMap<>();
        TreeMap<Long, byte[]> durable = new TreeMap<>();
        TreeMap<Long, List<byte[]>> possible = new TreeMap<>(); // a truncated sequence is given again

        void settle() {
            possible.clear();
            live.forEach((sequence, body) -> possible.put(sequence, new ArrayList<>(List.of(body))));
            durable = new TreeMap<>(live);
        }
    }

    private static NQueueOptions options(Durability durability) {
        return NQueueOptions.defaults()
                .withInterval(Duration.ofMillis(10))
                .with(durability)
                .withSizes(3000, 2000);
    }

    /** With durability OS two full segments are left to the system. */
    private static QueueCore open(MemoryDisk disk, Durability durability, Random random) throws IOException {
        return QueueCore.open(disk, options(durability), random.nextLong(), durability == Durability.OS ? 2 : 0);
    }

    @Property(shrinking = ShrinkingMode.OFF)
    void whatWasDurableIsThereOnceAndInOrderAfterACrashAtAnyForceAndAFaultOfAnyOperation(@ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        Durability durability = Durability.values()[random.nextInt(3)];
        MemoryDisk disk = new MemoryDisk(seed);
        QueueCore core = open(disk, durability, random);
        Model model = new Model();
        long now = 0;
        for (int step = 0; step < 120; step++) {
            now += random.nextInt(1_000_000_000);
            if (random.nextInt(15) == 0) {
                MemoryDisk[] after = new MemoryDisk[1];
                int[] left = {random.nextInt(5)};
                MemoryDisk present = disk;
                Loss loss = Loss.values()[random.nextInt(3)];
                boolean faulty = random.nextBoolean();
                if (faulty) {
                    disk.failOperation(1 + random.nextInt(20));
                } else {
                    disk.onForce(path -> {
                        if (after[0] == null && left[0]-- == 0) {
                            after[0] = present.crash(loss);
                        }
                    });
                }
                boolean failed = false;
                try {
                    change(core, model, random);
                    core.commit(now);
                    if (durability == Durability.FSYNC) {
                        model.settle();
                    }
                    core.sync();
                    model.settle();
                } catch (IOException | StorageException e) {
                    assertThat(faulty ? !disk.hasPlannedFaults() : after[0] != null)
                            .as("a reason for %s", e)
                            .isTrue();
                    assertThat(e).isNotInstanceOf(CorruptionException.class);
                    failed = true;
                }
                disk.clearFaults();
                disk = after[0] != null ? after[0] : disk.crash(loss);
                core = open(disk, durability, random);
                afterCrash(core, model, after[0] == null && !failed);
            } else {
                change(core, model, random);
                core.commit(now);
                if (durability == Durability.FSYNC) {
                    model.settle();
                }
            }
            check(core, model.live);
        }
        core.close();
        QueueReport report = NQueue.verify(disk);
        assertThat(report.problems()).isEmpty();
        assertThat(report.elements()).isEqualTo(model.live.size());
        assertThat(report.bytes()).isEqualTo(bytes(model.live));
        assertThat(report.tornBytes()).isZero();
        check(QueueCore.open(disk, options(durability), 1), model.live);
    }

    /** Who appends by itself must not be overwritten by the zeros that the queue's thread writes meanwhile. */
    @Test
    void nothingIsAppendedWhereRoomIsBeingMade() throws IOException {
        QueueCore core =
                QueueCore.open(new MemoryDisk(1), options(Durability.OS).withSizes(2 << 20, 2000), 1);
        List<byte[]> one = List.of(new byte[100]);
        core.append(0, one.get(0));
        core.write();

        Headroom.Room first = core.startRoom();
        assertThat(core.startRoom()).as("one at a time").isNull();
        assertThat(core.mustWait(one)).isTrue();
        first.make();
        core.finish(first);
        assertThat(core.mustWait(one)).isFalse();

        Headroom.Room second = core.startRoom();
        assertThat(core.mustWait(one)).as("there is some of the first").isFalse();
        assertThat(core.mustWait(List.of(new byte[600 << 10]))).isTrue();
        second.make();
        core.finish(second);
        assertThat(core.startRoom()).as("all of the segment").isNull();
        core.close();
    }

    private static void change(QueueCore core, Model model, Random random) throws IOException {
        Headroom.Room room = random.nextInt(3) == 0 ? core.startRoom() : null;
        if (room != null) {
            for (int i = 0; i < 3; i++) {
                byte[] body = new byte[random.nextInt(100)];
                random.nextBytes(body);
                if (!core.isFull(List.of(body)) && !core.mustWait(List.of(body))) {
                    append(core, model, core.next(), i, body);
                    core.write();
                }
            }
            room.make();
            core.finish(room);
        }
        QueueCore.Sync writeBack = core.startWriteBack();
        if (writeBack != null && random.nextBoolean()) {
            writeBack.perform();
            core.finish(writeBack);
        }
        int choice = random.nextInt(12);
        if (choice < 5) {
            for (int i = random.nextInt(5); i >= 0; i--) {
                byte[] body = new byte[random.nextInt(20) == 0 ? 5000 : random.nextInt(300)];
                random.nextBytes(body);
                append(core, model, core.next() + (random.nextInt(4) == 0 ? random.nextInt(5) : 0), i, body);
            }
        } else if (choice < 9) {
            Map.Entry<Long, byte[]> first = model.live.pollFirstEntry();
            Element element = core.poll();
            assertThat(element == null).isEqualTo(first == null);
            if (element != null) {
                assertThat(element.sequence()).isEqualTo(first.getKey());
                assertThat(element.body()).isEqualTo(first.getValue());
            }
        } else if (choice < 11 && !model.live.isEmpty()) {
            List<Long> sequences = new ArrayList<>(model.live.keySet());
            int from = random.nextInt(sequences.size());
            int to = random.nextBoolean() ? from + 1 : Math.min(sequences.size(), from + random.nextInt(20));
            for (long sequence : sequences.subList(from, to)) {
                model.live.remove(sequence);
                assertThat(core.release(sequence)).isTrue();
                assertThat(core.release(sequence)).isFalse();
            }
        } else if (choice == 11 && !model.live.isEmpty()) {
            long from = new ArrayList<>(model.live.keySet()).get(random.nextInt(model.live.size()));
            model.live.tailMap(from, true).clear();
            core.truncateTail(from);
        }
    }

    /** The model goes first in all: a call that fails may have had its effect. */
    private static void append(QueueCore core, Model model, long sequence, long time, byte[] body) throws IOException {
        model.live.put(sequence, body);
        model.possible.computeIfAbsent(sequence, q -> new ArrayList<>()).add(body);
        assertThat(core.append(sequence, time, body)).isEqualTo(sequence);
    }

    /** Each change since the last durable moment has happened or not, in their order: appends are a prefix. */
    private static void afterCrash(QueueCore core, Model model, boolean complete) throws IOException {
        TreeMap<Long, byte[]> found = all(core);
        if (complete) {
            check(core, model.live);
            return;
        }
        found.forEach((sequence, body) -> assertThat(model.possible.getOrDefault(sequence, List.of()))
                .anyMatch(known -> java.util.Arrays.equals(known, body)));
        // what is in both was durable and is not consumed: it must be there
        model.durable.forEach((sequence, body) -> {
            if (model.live.get(sequence) == body) {
                assertThat(found).containsKey(sequence);
            }
        });
        boolean[] missing = new boolean[1];
        model.live.forEach((sequence, body) -> {
            missing[0] |= !found.containsKey(sequence);
            assertThat(missing[0] && java.util.Arrays.equals(found.get(sequence), body))
                    .as("element %s behind one that is lost", sequence)
                    .isFalse();
        });
        model.live = found;
        model.settle();
    }

    private static TreeMap<Long, byte[]> all(QueueCore core) throws IOException {
        TreeMap<Long, byte[]> found = new TreeMap<>();
        for (List<Element> page = core.page(1); !page.isEmpty(); ) {
            page.forEach(e -> found.put(e.sequence(), e.body()));
            page = core.page(found.lastKey() + 1);
        }
        return found;
    }

    private static long bytes(TreeMap<Long, byte[]> bodies) {
        return bodies.values().stream().mapToLong(b -> b.length).sum();
    }

    private static void check(QueueCore core, TreeMap<Long, byte[]> wanted) throws IOException {
        TreeMap<Long, byte[]> found = all(core);
        assertThat(found.keySet()).isEqualTo(wanted.keySet());
        found.forEach((sequence, body) -> assertThat(body).isEqualTo(wanted.get(sequence)));
        assertThat(core.size()).isEqualTo(wanted.size());
        assertThat(core.bytes()).isEqualTo(bytes(wanted));
        if (!wanted.isEmpty()) {
            assertThat(core.peek().body()).isEqualTo(wanted.firstEntry().getValue());
            assertThat(core.read(wanted.lastKey())).isEqualTo(wanted.lastEntry().getValue());
        }
    }
}
