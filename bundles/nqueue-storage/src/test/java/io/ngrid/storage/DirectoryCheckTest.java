package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.Durability;
import io.ngrid.spi.StorageId;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.FileCheck;
import io.ngrid.spi.storage.FileCheck.Verdict;
import io.ngrid.spi.storage.StorageException;
import io.ngrid.spi.storage.StorageReport;
import io.ngrid.testkit.Loss;
import io.ngrid.testkit.MemoryDisk;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a check of a node's files finds is what a start would find, and more; and it changes nothing. */
@Timeout(120)
class DirectoryCheckTest {
    private final GroupModel model = new GroupModel(new MemoryDisk(1), new Random(5));

    private void fill(int entries) {
        model.append(entries);
        model.flush();
        model.applyAll();
    }

    /** A directory with a checkpoint, some segments of log and queues, and a sealed end. */
    private MemoryDisk closed() {
        fill(120);
        model.checkpoint(false);
        fill(90);
        model.seal();
        model.storage.close();
        return model.disk;
    }

    private static StorageReport verify(MemoryDisk disk) throws IOException {
        return new DirectoryCheck(disk, path -> {}).whole().report();
    }

    private static List<String> files(StorageReport report, Verdict verdict) {
        return report.files().stream()
                .filter(file -> file.verdict() == verdict)
                .map(FileCheck::file)
                .toList();
    }

    /** Opens as a node does, and reads all. */
    private void start(MemoryDisk disk) {
        var storage = NodeStorage.open(disk, GroupModel.options(Durability.FSYNC), new Random(1));
        var group = storage.openGroup();
        group.checkpoints().load();
        storage.close();
    }

    @Test
    void allThatANodeWroteIsSoundAndNothingIsChanged() throws IOException {
        MemoryDisk disk = closed();
        MemoryDisk.Counters before = disk.counters();
        StorageReport report = verify(disk);
        assertThat(report.files()).allMatch(file -> file.verdict() == Verdict.OK);
        assertThat(report.summary())
                .startsWith("verify: OK files=" + report.files().size());
        assertThat(report.files().stream().map(FileCheck::file))
                .containsAll(disk.files().stream()
                        .filter(file -> !file.equals("lock"))
                        .toList());
        assertThat(report.files().stream()
                        .filter(file -> file.content().equals("log"))
                        .mapToLong(FileCheck::records)
                        .sum())
                .isEqualTo(211);
        MemoryDisk.Counters after = disk.counters();
        assertThat(after.writes()).isEqualTo(before.writes());
        assertThat(after.forces()).isEqualTo(before.forces());
        assertThat(after.directoryForces()).isEqualTo(before.directoryForces());
    }

    @Test
    void H37_aFlippedBitAnywhereIsFoundInItsFile() throws IOException {
        MemoryDisk disk = closed();
        List<FileCheck> sound = verify(disk).files();
        List<String> log = sound.stream()
                .filter(file -> file.content().equals("log"))
                .map(FileCheck::file)
                .toList();
        assertThat(log).hasSizeGreaterThan(1);
        for (FileCheck file : sound) {
            String path = file.file();
            boolean inLog = log.contains(path);
            boolean isLogsEnd = path.equals(log.get(log.size() - 1));
            long seal = isLogsEnd ? Records.HEADER : 0; // of which nothing says that it was on disk
            int step = file.bytes() < 1_000 ? 1 : inLog ? 13 : 5;
            boolean isWritten = !file.content().equals("log, made ahead");
            for (int at = 0; isWritten && at < file.bytes() - seal; at += step) {
                MemoryDisk rotten = disk.copy();
                rotten.flipBit(path, at, at % 8);
                StorageReport report = verify(rotten);
                if (path.endsWith("vote")) {
                    boolean counts = at % 4096 < 32; // the rest of a slot does not
                    assertThat(files(report, Verdict.TORN))
                            .as("%s byte %s", path, at)
                            .hasSize(counts ? 1 : 0);
                } else {
                    long offset = FileLayout.start(path, disk.content(path), at);
                    assertThat(report.files())
                            .as("%s byte %s", path, at)
                            .anyMatch(found -> found.verdict() == Verdict.CORRUPT
                                    && found.file().equals(path)
                                    && found.note().startsWith("at offset " + offset + ": "));
                    assertThat(report.summary()).startsWith("verify: CORRUPT");
                }
            }
        }
    }

    @Test
    void H37_aLostFileIsFound() throws IOException {
        MemoryDisk disk = closed();
        List<String> log = verify(disk).files().stream()
                .map(FileCheck::file)
                .filter(file -> file.endsWith(".log"))
                .toList();
        for (String path : disk.files()) {
            boolean isNeeded = !path.equals("lock")
                    && !path.endsWith("reserve")
                    && !path.endsWith("CURRENT") // the log has all there ever was
                    && log.indexOf(path) < log.size() - 2; // a log that was left looks so before it goes on
            MemoryDisk without = disk.copy();
            without.delete(path);
            if (isNeeded) {
                assertThat(files(verify(without), Verdict.CORRUPT)).as(path).isNotEmpty();
                assertThatThrownBy(() -> start(without)).as(path).isInstanceOf(CorruptionException.class);
            }
        }
    }

    @Test
    void H37_aLogThatDoesNotReachTheCheckpointIsFound() throws IOException {
        fill(20);
        MemoryDisk early = model.disk.copy();
        fill(100);
        model.checkpoint(false);
        MemoryDisk disk = model.disk.copy();
        model.storage.close();
        String log = "group-0/log/0000000000000001.log";
        disk.overwrite(log, 0, early.content(log));
        assertThat(verify(disk).files().stream().map(FileCheck::note))
                .anyMatch(note -> note.contains("the checkpoint is at 121"));
        disk.delete("group-0/CURRENT");
        assertThat(verify(disk).corrupt()).isZero();
    }

    /** Power cuts tear the end of the log, leave files that nothing names, and bodies behind a checkpoint. */
    @Test
    void whatACrashLeavesIsTornOrLeftOverNeverCorrupt() throws IOException {
        int torn = 0;
        int left = 0;
        int longer = 0;
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            GroupModel one = new GroupModel(new MemoryDisk(seed), random);
            MemoryDisk after = crashInTheMiddle(one, random);
            StorageReport report = verify(after);
            assertThat(report.corrupt()).as("seed %s: %s", seed, report).isZero();
            torn += files(report, Verdict.TORN).isEmpty() ? 0 : 1;
            left += files(report, Verdict.LEFT_OVER).isEmpty() ? 0 : 1;
            one.recover(after);
            one.storage.close();
            assertThat(verify(after).files())
                    .as("seed %s", seed)
                    .allMatch(
                            file -> file.verdict() == Verdict.OK || file.file().endsWith(".tmp"))
                    .noneMatch(DirectoryCheckTest::isLongerThanListed); // the start has cut it
            longer += report.files().stream().anyMatch(DirectoryCheckTest::isLongerThanListed) ? 1 : 0;
        }
        assertThat(longer).isGreaterThan(5);
        assertThat(torn).isGreaterThan(5);
        assertThat(left).isGreaterThan(20);
    }

    private static boolean isLongerThanListed(FileCheck file) {
        return file.note().contains("younger than the checkpoint");
    }

    private static MemoryDisk crashInTheMiddle(GroupModel one, Random random) {
        MemoryDisk[] after = new MemoryDisk[1];
        int[] forces = {random.nextInt(30)};
        one.disk.onForce(path -> {
            if (after[0] == null && forces[0]-- == 0) {
                after[0] = one.disk.crash(random.nextInt(4) == 0 ? Loss.ALL : Loss.RANDOM);
            }
        });
        try {
            for (int round = 0; round < 20; round++) {
                one.append(1 + random.nextInt(40));
                one.flush();
                one.applyAll();
                one.checkpoint(random.nextBoolean());
            }
        } catch (StorageException e) {
            assertThat(after[0]).isNotNull();
        }
        return after[0];
    }

    /** Never sound by the check and corrupt for the start. */
    @Test
    void whatIsSoundCanBeStarted() throws IOException {
        MemoryDisk disk = closed();
        Random random = new Random(3);
        List<String> files =
                disk.files().stream().filter(file -> !file.equals("lock")).toList();
        int sound = 0;
        for (int i = 0; i < 400; i++) {
            MemoryDisk damaged = disk.copy();
            String path = files.get(random.nextInt(files.size()));
            byte[] rubbish = new byte[1 + random.nextInt(300)];
            random.nextBytes(rubbish);
            int at = random.nextInt(damaged.content(path).length);
            rubbish = Arrays.copyOf(rubbish, Math.min(rubbish.length, damaged.content(path).length - at));
            damaged.overwrite(path, at, rubbish);
            if (verify(damaged).corrupt() == 0) {
                sound++;
                start(damaged);
            }
        }
        assertThat(sound).isBetween(10, 390);
    }

    @Test
    void aSnapshotInstalledIsSoundBeforeAndAfterTheNextStart() throws IOException {
        GroupModel sender = new GroupModel(new MemoryDisk(2), new Random(6));
        sender.append(200);
        sender.flush();
        sender.applyAll();
        sender.checkpoint(false);
        fill(10);
        var snapshot = sender.group.checkpoints().pin();
        assertThat(snapshot).isNotNull();
        var incoming = model.group
                .checkpoints()
                .receive(
                        snapshot.index(), snapshot.epoch(), snapshot.checkpointLength(), new StorageId(new UUID(4, 4)));
        boolean whole = false;
        while (!whole) {
            whole = incoming.write(snapshot.read(incoming.position(), 1 << 16));
        }
        model.group.install(incoming);
        model.storage.close();
        StorageReport report = verify(model.disk);
        assertThat(report.corrupt()).isZero();
        assertThat(report.files().stream().map(FileCheck::note)).anyMatch(note -> note.contains("begins the log anew"));
        assertThat(files(report, Verdict.LEFT_OVER)).contains("group-0/log/0000000000000001.log");
        start(model.disk);
        assertThat(verify(model.disk).files()).allMatch(file -> file.verdict() == Verdict.OK);
    }

    @Test
    void whatIsOpenIsReadAsFarAsItIsWritten() throws IOException {
        fill(120);
        model.checkpoint(false);
        fill(30);
        StorageReport report = model.group.verify(path -> {});
        assertThat(report.files()).allMatch(file -> file.verdict() == Verdict.OK);
        assertThat(report.files().stream().map(FileCheck::content))
                .contains("identity", "epoch and vote", "checkpoint", "elements", "log");
        String log = report.files().get(report.files().size() - 1).file();
        model.disk.flipBit(log, 300, 1);
        assertThat(files(model.group.verify(path -> {}), Verdict.CORRUPT)).containsExactly(log);
    }

    @Test
    void aGroupThatWasClosedMeanwhileIsNotCalledCorrupt() {
        fill(50);
        model.checkpoint(false);
        assertThatThrownBy(() -> model.group.verify(path -> model.group.close()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("were closed while they were read");
    }

    /** Before each file that is read, entries are cut and replaced, a checkpoint is published and the log compacted. */
    @Test
    void whatIsCutReplacedOrReleasedMeanwhileIsNeverCalledCorrupt() {
        int changed = 0;
        for (int i = 0; i < 60; i++) {
            int nth = i / 2;
            boolean goesOn = i % 2 == 0;
            GroupModel one = new GroupModel(new MemoryDisk(nth), new Random(nth));
            one.append(300);
            one.flush();
            one.applyAll();
            one.checkpoint(false);
            one.append(60);
            one.flush();
            int[] left = {nth};
            StorageReport report = one.group.verify(path -> {
                if (left[0]-- == 0) {
                    one.cut(10);
                }
                if (left[0] == -1 && goesOn) {
                    one.append(150);
                    one.flush();
                    one.applyAll();
                    one.checkpoint(false);
                }
            });
            assertThat(report.files()).as("before file %s", nth).allMatch(file -> file.verdict() == Verdict.OK);
            changed += left[0] < 0 ? 1 : 0;
        }
        assertThat(changed).isBetween(20, 59);
    }
}
