package io.ngrid.itests.processes;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link PlainNode} in its process, on the JVM that runs the tests. */
final class PlainProcess {
    /** What a node last said of itself; {@code leader} is "-" if it knows none. */
    record State(String name, String leader, long epoch) {
        static final State NONE = new State("", "-", 0);

        boolean leads() {
            return name.equals("LEADER");
        }

        boolean follows() {
            return name.equals("FOLLOWER");
        }
    }

    private final String id;
    private final Process process;
    private final List<String> output = new ArrayList<>();

    PlainProcess(String id, int port, String peers, Path directory, List<String> launcher, List<String> jvmOptions)
            throws IOException {
        this.id = id;
        List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of(
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                "-cp",
                System.getProperty("java.class.path"),
                PlainNode.class.getName(),
                id,
                String.valueOf(port),
                peers,
                directory.resolve(id).toString()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(new File(directory.toFile(), id + ".log")))
                .start();
        Thread reader = new Thread(this::read, "output-" + id);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (output) {
                    output.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String id() {
        return id;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The last line that begins so, empty if none does. */
    String last(String beginning) {
        synchronized (output) {
            for (int i = output.size() - 1; i >= 0; i--) {
                if (output.get(i).startsWith(beginning)) {
                    return output.get(i);
                }
            }
            return "";
        }
    }

    State state() {
        String[] words = last("state ").split(" ", 5);
        return words.length < 4 ? State.NONE : new State(words[1], words[2], Long.parseLong(words[3]));
    }

    /** Whether it says that it is being sent a snapshot. */
    boolean isReceiving() {
        return ask("storage").contains("receiving");
    }

    long count(String beginning) {
        synchronized (output) {
            return output.stream().filter(line -> line.startsWith(beginning)).count();
        }
    }

    /** Gives it a line of input. */
    void tell(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(id + " does not read its input", e);
        }
    }

    /** Gives it a line of input that is one word, and returns the rest of the line with which it answers. */
    String ask(String word) {
        long before = count(word + " ");
        tell(word);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> count(word + " ") > before);
        return last(word + " ").substring(word.length() + 1);
    }

    /** Closes its input: the node closes, and the process ends. */
    void stop() throws IOException {
        process.getOutputStream().close();
        awaitEnd();
    }

    /** kill -9, also of one that is stopped. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(id + " did not end within 30 s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException(e);
        }
    }
}
