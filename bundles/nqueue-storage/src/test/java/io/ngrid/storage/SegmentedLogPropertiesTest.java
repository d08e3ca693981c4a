package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ngrid.spi.LogEntry;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class SegmentedLogPropertiesTest {
    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void randomChangesCrashesAndRestartsMatchTheModel(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        MemoryDisk current = new MemoryDisk(seed);
        LogModel log = LogModel.create(current, random.nextLong());
        List<LogEntry> durable = List.of();
        for (int step = 0; step < 60; step++) {
            int choice = random.nextInt(20);
            if (choice < 8) {
                log.appendRandom(random);
            } else if (choice < 10 && log.lastIndex() >= log.log.firstIndex()) {
                long first = log.log.firstIndex();
                log.truncate(first + random.nextLong(log.lastIndex() - first + 1));
            } else if (choice < 15) {
                log.flush();
                durable = List.copyOf(log.expected);
            } else if (choice == 15) {
                log.now += 2_000_000_000L;
                log.log.flush(log.now);
                durable = List.copyOf(log.expected);
            } else if (choice == 16 && log.log.flushedIndex() == log.lastIndex() && log.lastIndex() > 0) {
                log.log.compact(1 + random.nextLong(log.lastIndex()), random.nextInt(3) * 5_000L);
            } else if (choice == 17) {
                current = crash(current, log, random, durable);
                durable = List.copyOf(log.expected);
            }
            log.check();
        }
    }

    /** [D3] The disk fills up at any moment: what there is no space for waits, acknowledged is what is on disk. */
    @Property(tries = 50, shrinking = ShrinkingMode.OFF)
    void onAFullDiskTheLogWaitsForSpaceAndLosesNothing(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        MemoryDisk disk = new MemoryDisk(seed);
        LogModel log = LogModel.create(disk, random.nextLong());
        for (int round = 0; round < 4; round++) {
            MemoryDisk present = disk;
            long used = present.files().stream()
                    .mapToLong(f -> present.content(f).length)
                    .sum();
            disk.capacity(used + random.nextInt(40_000));
            long acknowledged = log.ticket;
            boolean stalled = false;
            for (int step = 0; step < 40; step++) {
                if (random.nextInt(8) == 0 && log.lastIndex() > log.log.firstIndex()) {
                    log.truncate(log.lastIndex() - random.nextInt(2));
                } else {
                    log.appendRandom(random);
                }
                log.now += random.nextLong(600_000_000L);
                long ticket = log.log.flush(log.now);
                assertThat(ticket).isBetween(acknowledged, log.ticket);
                assertThat(log.log.isStalled() || ticket == log.ticket).isTrue();
                stalled |= log.log.isStalled();
                acknowledged = ticket;
                log.check();
            }
            disk.capacity(Long.MAX_VALUE);
            log.now = Math.max(log.now + 600_000_000L, log.log.nextFlushNanos());
            log.flush();
            assertThat(log.log.isStalled()).isFalse();
            disk = random.nextBoolean() ? disk.crash(Loss.ALL) : disk;
            log.open(disk);
            log.check();
        }
    }

    /** A crash, at some force of a flush or between flushes, leaves the durable entries, cut or followed by staged ones. */
    private static MemoryDisk crash(MemoryDisk disk, LogModel log, Random random, List<LogEntry> durable)
            throws IOException {
        MemoryDisk[] after = new MemoryDisk[1];
        int atForce = random.nextInt(6);
        Loss loss = Loss.values()[random.nextInt(3)]; // a power cut may follow a kill
        int[] forces = new int[1];
        disk.onForce(path -> {
            if (forces[0]++ == atForce) {
                after[0] = disk.crash(loss);
            }
        });
        try {
            log.log.flush(log.now);
        } catch (StorageException e) {
            assertThat(after[0]).isNotNull();
        }
        MemoryDisk reopened = after[0] != null ? after[0] : disk.crash(loss);
        List<LogEntry> wanted = new ArrayList<>(log.expected);
        log.open(reopened);
        List<LogEntry> found = log.readAll();
        long last = log.log.last().index();
        if (after[0] == null) {
            log.check(); // the flush came to its end
        } else {
            boolean prefixOfNew = isPrefix(last, log, found, wanted);
            boolean prefixOfOld = isPrefix(last, log, found, durable);
            assertThat(prefixOfNew || prefixOfOld).isTrue();
            long kept = commonLength(durable, wanted);
            assertThat(last).isGreaterThanOrEqualTo(kept);
        }
        log.expected.clear();
        log.expected.addAll(prefixOf(last, found, wanted, durable));
        return reopened;
    }

    private static List<LogEntry> prefixOf(
            long last, List<LogEntry> found, List<LogEntry> wanted, List<LogEntry> durable) {
        List<LogEntry> source = last <= wanted.size()
                        && (found.isEmpty()
                                || wanted.get((int) last - 1)
                                        .position()
                                        .equals(found.get(found.size() - 1).position()))
                ? wanted
                : durable;
        return new ArrayList<>(source.subList(0, (int) last));
    }

    private static long commonLength(List<LogEntry> a, List<LogEntry> b) {
        int n = 0;
        while (n < a.size()
                && n < b.size()
                && a.get(n).position().equals(b.get(n).position())) {
            n++;
        }
        return n;
    }

    private static boolean isPrefix(long last, LogModel log, List<LogEntry> found, List<LogEntry> of) {
        if (last > of.size()) {
            return false;
        }
        List<LogEntry> wanted = of.subList((int) Math.min(last, log.log.firstIndex() - 1), (int) last);
        if (found.size() != wanted.size()) {
            return false;
        }
        for (int i = 0; i < found.size(); i++) {
            if (!found.get(i).position().equals(wanted.get(i).position())) {
                return false;
            }
        }
        return true;
    }
}
