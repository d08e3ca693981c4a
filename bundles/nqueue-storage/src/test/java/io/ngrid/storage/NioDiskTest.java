package io.ngrid.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.ngrid.spi.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NioDiskTest {
    @TempDir
    Path directory;

    private NioDisk disk;

    @BeforeEach
    void open() throws IOException {
        disk = new NioDisk(directory.resolve("a/b"));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    @Test
    void writesGatheredReadsTruncatesForces() throws IOException {
        disk.createDirectory("x/y");
        try (DiskFile file = disk.open("x/y/f", true)) {
            file.write(new ByteBuffer[] {bytes("one "), bytes(""), bytes("two"), bytes("")}, 3);
            file.write(new ByteBuffer[] {bytes("abc")}, 0);
            file.force();
            ByteBuffer target = ByteBuffer.allocate(20);
            assertThat(file.read(target, 1)).isEqualTo(9);
            assertThat(new String(target.array(), 0, 9, UTF_8)).isEqualTo("bcone two");
            file.truncate(4);
            file.truncate(100);
            assertThat(file.size()).isEqualTo(4);
            assertThat(file.read(ByteBuffer.allocate(5), 4)).isZero();
            file.force();
        }
        disk.forceDirectory("x/y");
        disk.forceDirectory("");
        disk.rename("x/y/f", "x/y/g");
        assertThat(disk.list("x/y")).containsExactly("g");
        assertThat(disk.exists("x/y/f")).isFalse();
        disk.delete("x/y/g");
        disk.delete("x/y/g");
        disk.delete("x/y");
        assertThat(disk.list("x/y")).isEmpty();
        assertThat(disk.usableBytes()).isPositive();
    }

    @Test
    void everythingIsForTheOwnerOnly() throws IOException {
        disk.createDirectory("x");
        disk.open("x/f", true).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a/b"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a/b/x"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("a/b/x/f"))))
                .isEqualTo("rw-------");
    }

    @Test
    void theLockExcludesOtherInstancesInThisProcess() throws IOException {
        NioDisk other = new NioDisk(directory.resolve("a/b"));
        assertThat(disk.lock("lock")).isTrue();
        assertThat(disk.lock("lock")).isFalse();
        assertThat(other.lock("lock")).isFalse();
        other.close();
        assertThat(new NioDisk(directory.resolve("a/b")).lock("lock")).isFalse();
        disk.close();
        assertThat(other.lock("lock")).isTrue();
        other.close();
    }

    @Test
    void pathsAreValidated() {
        assertThatThrownBy(() -> disk.open("../f", true)).hasMessageContaining("not allowed");
        assertThatThrownBy(() -> disk.open("/etc/passwd", false)).hasMessageContaining("not allowed");
        assertThatThrownBy(() -> disk.open("a".repeat(129), true)).hasMessageContaining("not allowed");
        assertThatThrownBy(() -> disk.open("f", false)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void unusableDirectoriesAreRefusedInPlainWords() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        assertThatThrownBy(() -> new NioDisk(file.resolve("below")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.resolve("below").toString())
                .hasMessageContaining("make it");
        assertThatThrownBy(() -> new NioDisk(file)).isInstanceOf(IOException.class);
        assumeFalse("root".equals(System.getProperty("user.name")), "root writes everywhere");
        Path closed = Files.createDirectory(
                directory.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
        assertThatThrownBy(() -> new NioDisk(closed)).hasMessageContaining("cannot be written");
    }
}
