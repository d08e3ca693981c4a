package io.ngrid.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MemoryDiskTest {
    private final MemoryDisk disk = new MemoryDisk(1);

    private static void write(DiskFile file, long position, String text) throws IOException {
        file.write(new ByteBuffer[] {ByteBuffer.wrap(text.getBytes(UTF_8))}, position);
    }

    private static String text(MemoryDisk disk, String path) {
        return new String(disk.content(path), UTF_8);
    }

    private DiskFile durable(String path, String text) throws IOException {
        DiskFile file = disk.open(path, true);
        write(file, 0, text);
        file.force();
        disk.forceDirectory("");
        return file;
    }

    @Test
    void forcedContentAndNamesSurvive() throws IOException {
        durable("a", "hello");
        assertThat(text(disk.crash(Loss.ALL), "a")).isEqualTo("hello");
    }

    @Test
    void aForcedFileWithoutItsDirectoryEntryIsLost() throws IOException {
        DiskFile file = disk.open("a", true);
        write(file, 0, "hello");
        file.force();
        assertThat(disk.crash(Loss.ALL).files()).isEmpty();
    }

    @Test
    void unforcedWritesLengthsRenamesAndDeletionsAreLost() throws IOException {
        DiskFile a = durable("a", "hello");
        durable("b", "world");
        durable("c", "there");
        write(a, 5, " again");
        a.truncate(3);
        disk.delete("b");
        disk.rename("c", "d");
        assertThat(text(disk, "a")).isEqualTo("hel");
        assertThat(disk.files()).containsExactly("a", "d");

        MemoryDisk after = disk.crash(Loss.ALL);
        assertThat(text(after, "a")).isEqualTo("hello");
        assertThat(after.files()).containsExactly("a", "b", "c");
    }

    @Test
    void aKilledProcessLosesNothingButAPowerCutAfterItDoes() throws IOException {
        DiskFile a = durable("a", "hello");
        write(a, 0, "HE");
        disk.open("b", true);
        disk.rename("a", "c");
        MemoryDisk killed = disk.crash(Loss.NONE);
        assertThat(text(killed, "c")).isEqualTo("HEllo");
        assertThat(killed.files()).containsExactly("b", "c");
        killed.forceDirectory("");
        MemoryDisk after = killed.crash(Loss.ALL);
        assertThat(text(after, "c")).isEqualTo("hello");
        assertThat(after.files()).containsExactly("b", "c");
    }

    @Test
    void filesBelowAnUnforcedDirectoryAreLost() throws IOException {
        disk.createDirectory("x/y");
        DiskFile file = disk.open("x/y/a", true);
        file.force();
        disk.forceDirectory("x/y");
        disk.forceDirectory("");
        assertThat(disk.copy().files()).containsExactly("x/y/a");
        assertThat(disk.crash(Loss.ALL).files()).isEmpty(); // the entry of y in x was not forced
    }

    @Test
    void aRandomCrashTearsAWriteAtEveryByteAndIsTheSameForTheSameSeed() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < 300; seed++) {
            String one = crashed(seed);
            assertThat(crashed(seed)).isEqualTo(one);
            seen.add(one);
        }
        assertThat(seen).contains("....", "a...", "ab..", "abc.", "abcd");
    }

    private static String crashed(int seed) throws IOException {
        MemoryDisk disk = new MemoryDisk(seed);
        DiskFile file = disk.open("a", true);
        write(file, 0, "....");
        file.force();
        disk.forceDirectory("");
        write(file, 0, "abcd");
        return text(disk.crash(), "a");
    }

    @Test
    void aDeadDiskRefusesEverything() throws IOException {
        DiskFile file = durable("a", "x");
        disk.crash();
        assertThatThrownBy(() -> file.force()).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.open("a", false)).isInstanceOf(IOException.class);
    }

    @Test
    void aFailedForceIsNotMadeGoodByALaterOne() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            MemoryDisk one = new MemoryDisk(seed);
            DiskFile file = one.open("a", true);
            one.forceDirectory("");
            write(file, 0, "x");
            one.failForce(path -> path.equals("a"), 1);
            assertThatThrownBy(file::force).isInstanceOf(IOException.class);
            file.force();
            assertThat(text(one, "a")).isEqualTo("x");
            seen.add(text(one.crash(Loss.ALL), "a"));
        }
        assertThat(seen).contains("", "x");
    }

    @Test
    void plannedFaultsHitTheNthOperation() throws IOException {
        DiskFile file = durable("a", "x");
        disk.failWrite(path -> path.equals("a"), 2);
        write(file, 0, "1");
        assertThatThrownBy(() -> write(file, 0, "2")).hasMessageContaining("a: write failed");
        write(file, 0, "3");
    }

    @Test
    void aFullDiskRefusesGrowthOnly() throws IOException {
        DiskFile file = durable("a", "12345678");
        disk.capacity(10);
        assertThat(disk.usableBytes()).isEqualTo(2);
        write(file, 0, "abcdefgh12");
        assertThatThrownBy(() -> write(file, 10, "x")).hasMessageContaining("No space left");
    }

    @Test
    void heldForcesWaitUntilReleased() throws Exception {
        DiskFile file = durable("a", "x");
        write(file, 0, "y");
        disk.holdForces(path -> path.equals("a"));
        Thread forcing = new Thread(() -> {
            try {
                file.force();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        forcing.start();
        await().until(() -> disk.heldForces() == 1);
        assertThat(disk.counters().forces()).isEqualTo(1);
        disk.releaseForces();
        forcing.join();
        assertThat(disk.counters().forces()).isEqualTo(2);
    }

    @Test
    void aFlippedBitIsSeenAndDurable() throws IOException {
        durable("a", "a");
        disk.flipBit("a", 0, 1);
        assertThat(text(disk, "a")).isEqualTo("c");
        assertThat(text(disk.crash(Loss.ALL), "a")).isEqualTo("c");
    }

    @Test
    void theLockIsExclusiveUntilClosed() throws IOException {
        assertThat(disk.lock("lock")).isTrue();
        assertThat(disk.lock("lock")).isFalse();
        disk.close();
        assertThat(disk.lock("lock")).isTrue();
    }

    @Test
    void missingFilesAndBadPathsAreRefused() {
        assertThatThrownBy(() -> disk.open("a", false)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.open("../a", true)).hasMessageContaining("not allowed");
        assertThatThrownBy(() -> disk.open("x/a", true)).isInstanceOf(NoSuchFileException.class);
    }
}
