package io.ngrid.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.Durability;
import io.ngrid.api.NodeId;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.storage.Group;
import io.ngrid.spi.storage.Identity;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageOptions;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command, as a process of its own, with nothing but the three jars that its documentation names. */
@Timeout(60)
class VerifyDirectoryTest {
    private static final StorageOptions OPTIONS =
            new StorageOptions(new NodeId("node-1"), Durability.FSYNC, 16 << 10, 4 << 10, 1 << 10);

    private record Result(int exit, List<String> lines) {
        String last() {
            return lines.get(lines.size() - 1);
        }
    }

    @TempDir
    private Path home;

    private Path data;

    @BeforeEach
    void aNodeThatHasRun() throws IOException {
        data = home.resolve("data");
        try (Storage storage = NodeStorage.open(new NioDisk(data), OPTIONS, new Random(1))) {
            Group group = storage.form(entry(1), GroupModel.CLUSTER);
            for (int i = 2; i < 200; i++) {
                group.log().append(i, List.of(entry(i)));
                group.bodies().put(1, i, new byte[100]);
            }
            group.log().flush(1);
            group.checkpoints()
                    .write(group.bodies().freeze(199, 1, 0), out -> out.writeInt(1), queue -> sequence -> true);
            group.checkpoints().publish();
            group.log().flush(2_000_000_000L);
        }
    }

    private static LogEntry entry(int index) {
        return new LogEntry(index, 1, 0, EntryKind.COMMAND, new byte[50]);
    }

    private static String jar(Class<?> part) {
        try {
            return Path.of(part.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private Result verify(Object... arguments) throws Exception {
        String classPath =
                String.join(File.pathSeparator, jar(NodeId.class), jar(Identity.class), jar(VerifyDirectory.class));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                VerifyDirectory.class.getName()));
        Stream.of(arguments).map(String::valueOf).forEach(command::add);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes()).lines().toList();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), lines);
    }

    private List<String> state() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            List<String> seen = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                seen.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
            return seen;
        }
    }

    @Test
    void aSoundDirectoryIsOkAndAsItWas() throws Exception {
        List<String> before = state();
        Result result = verify(data);
        assertThat(result.exit).as("%s", result.lines).isZero();
        assertThat(result.lines.get(0)).startsWith("File ").contains("Records", "Bytes", "Verdict", "Note");
        assertThat(result.lines).anyMatch(line -> line.startsWith("group-0/vote ") && line.endsWith("OK"));
        assertThat(result.last()).startsWith("verify: OK files=");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void corruptionIsToldByFileAndOffsetWithTheWaysOut() throws Exception {
        Path log = data.resolve("group-0/log/0000000000000001.log");
        byte[] bytes = Files.readAllBytes(log);
        long offset = FileLayout.start(log.toString(), bytes, 200);
        bytes[200] ^= 4;
        Files.write(log, bytes);
        Result result = verify(data);
        assertThat(result.exit).isEqualTo(1);
        assertThat(result.lines)
                .anyMatch(line -> line.startsWith("group-0/log/0000000000000001.log")
                        && line.contains("CORRUPT")
                        && line.contains("at offset " + offset + ": "));
        assertThat(result.lines).anyMatch(line -> line.startsWith("Keep a copy of the directory."));
        assertThat(result.last()).startsWith("verify: CORRUPT corrupt=1 files=");
    }

    /** A file system's own directory has a name that the disk does not know, and no rights for others. */
    @Test
    void aForeignNameIsLeftOver() throws Exception {
        Files.createDirectory(data.resolve("lost+found"));
        Files.writeString(data.resolve("read me"), "x");
        try (Storage running = NodeStorage.open(new NioDisk(data), OPTIONS, new Random(1))) {
            assertThat(running.identity().start()).isEqualTo(2);
            assertThat(running.verify(file -> {}).corrupt()).isZero();
        }
        Result result = verify(data);
        assertThat(result.exit).as("%s", result.lines).isZero();
        for (String name : List.of("lost+found", "read me")) {
            assertThat(result.lines)
                    .anyMatch(line -> line.startsWith(name + " ")
                            && line.contains("LEFT_OVER")
                            && line.contains("no start looks at it"));
        }
    }

    @Test
    void aRunningNodesDirectoryIsRefused() throws Exception {
        try (Storage running = NodeStorage.open(new NioDisk(data), OPTIONS, new Random(1))) {
            assertThat(running.identity().start()).isEqualTo(2);
            Result result = verify(data);
            assertThat(result.exit).isEqualTo(1);
            assertThat(result.lines).hasSize(1);
            assertThat(result.last()).contains("verify: FAILED", "is in use: stop its node", "ngrid:log-verify");
        }
    }

    /** On POSIX a process gives up its locks of a file when it closes it, however often it has it open. */
    @Test
    void itIsRefusedToOtherProcessesAlsoAfterThisOneHasTriedAgain() throws Exception {
        try (Storage running = NodeStorage.open(new NioDisk(data), OPTIONS, new Random(1))) {
            assertThatThrownBy(() -> NodeStorage.open(new NioDisk(data), OPTIONS, new Random(1)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("in use");
            assertThat(running.identity().start()).isEqualTo(2);
            assertThat(verify(data).last()).contains("is in use");
        }
        assertThat(verify(data).exit).isZero();
        NodeStorage.open(new NioDisk(data), OPTIONS, new Random(1)).close();
    }

    @Test
    void whatIsNoNodesDirectoryIsOneLine() throws Exception {
        assertFails("does not exist: name the data directory of a node", home.resolve("nosuch"));
        assertFails("is a file: name the data directory", Files.writeString(home.resolve("file"), "x"));
        assertFails("holds neither identity nor group-0", Files.createDirectory(home.resolve("foreign")));
        NQueue.open(home.resolve("queue"), NQueueOptions.defaults()).close();
        assertFails("it is an NQueue's, which NQueue.verify reads", home.resolve("queue"));
        assertFails("usage: one argument");
        assertFails("usage: one argument", "--help");
        assertThat(home.resolve("nosuch")).doesNotExist();
        assertThat(home.resolve("foreign")).isEmptyDirectory();
    }

    private void assertFails(String sentence, Object... arguments) throws Exception {
        Result result = verify(arguments);
        assertThat(result.exit).isEqualTo(1);
        assertThat(result.lines).hasSize(1);
        assertThat(result.last()).startsWith("verify: FAILED").contains(sentence);
    }
}
