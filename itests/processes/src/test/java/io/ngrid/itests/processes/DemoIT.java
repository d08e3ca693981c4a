package io.ngrid.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The README's second command, small: three Karaf processes, a leader killed, and a comparison that sees what is spoilt. */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
class DemoIT {
    private static final Path SCRIPT = Path.of("../../karaf-assembly/target/assembly/bin/ngrid-demo");
    private static final Pattern PASS = Pattern.compile(
            "demo: PASS offered=(\\d+) delivered=(\\d+) lost=0 duplicated=0 reordered=0 failover_ms=(\\d+)");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS) // the nodes' logs are what explains a failure
    Path directory;

    @Test
    void losesDoublesAndReordersNothingAcrossAKilledLeader() throws IOException, InterruptedException {
        List<String> output = run(0, "--messages", "1000");
        Matcher last = PASS.matcher(output.get(output.size() - 1));
        assertThat(last.matches()).as("%s", output).isTrue();
        assertThat(last.group(1)).isEqualTo(last.group(2));
        assertThat(Long.parseLong(last.group(3))).isLessThan(3_000);
    }

    @ParameterizedTest
    @CsvSource({"lost, lost=1", "doubled, duplicated=1", "swapped, reordered=1"})
    void seesWhatIsSpoilt(String plant, String seen) throws IOException, InterruptedException {
        List<String> output = run(1, "--messages", "200", "--plant", plant);
        assertThat(output.get(output.size() - 1)).startsWith("demo: FAIL").contains(seen);
    }

    @Test
    void endsItsProcessesWhenItIsInterrupted() throws IOException, InterruptedException {
        Process demo = start("--messages", "1000000");
        await().atMost(Duration.ofSeconds(180))
                .until(() -> output().stream().anyMatch(line -> line.contains("3 of 3 nodes")));
        demo.destroy();
        assertThat(demo.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertNothingLeft();
    }

    private List<String> run(int exit, String... options) throws IOException, InterruptedException {
        Process demo = start(options);
        assertThat(demo.waitFor(390, TimeUnit.SECONDS)).isTrue();
        List<String> output = output();
        output.forEach(System.out::println);
        if (demo.exitValue() != exit) { // it shows the ends of the nodes' logs there
            Files.readAllLines(directory.resolve("errors")).forEach(System.out::println);
        }
        assertThat(demo.exitValue()).as("%s", output).isEqualTo(exit);
        assertNothingLeft();
        return output;
    }

    private Process start(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString(), "--keep", nodes()));
        command.addAll(Arrays.asList(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(new File(directory.toFile(), "errors"))
                .redirectOutput(new File(directory.toFile(), "output"));
        builder.environment().put("JAVA_HOME", System.getProperty("ngrid.karaf.java.home"));
        return builder.start();
    }

    private String nodes() {
        return directory.resolve("nodes").toString();
    }

    private List<String> output() throws IOException {
        return Files.readAllLines(directory.resolve("output"));
    }

    private void assertNothingLeft() {
        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(nodes())))
                .isEmpty();
    }
}
