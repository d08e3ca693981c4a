package io.ngrid.demo;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One Karaf process of an NGrid distribution, with a base directory of its own (etc, data, deploy) beside the shared
 * installation. Started by {@code bin/karaf server} so that the process started is the JVM itself.
 */
public final class KarafInstance {
    private final Path home;
    private final Path base;
    private final String nodeId;
    private final int rmiRegistryPort;
    private final int rmiServerPort;
    private Path javaHome = Path.of(System.getProperty("java.home"));
    private @Nullable Process process;

    /**
     * Lays out a base directory.
     *
     * @param home the distribution
     * @param base the new base directory
     * @param nodeId the node's ID
     * @param rmiRegistryPort port of the RMI registry
     * @param rmiServerPort port of the JMX server
     * @param sshPort port of the remote shell
     * @throws IOException if files cannot be copied
     */
    public KarafInstance(Path home, Path base, String nodeId, int rmiRegistryPort, int rmiServerPort, int sshPort)
            throws IOException {
        this.home = home;
        this.base = base;
        this.nodeId = nodeId;
        this.rmiRegistryPort = rmiRegistryPort;
        this.rmiServerPort = rmiServerPort;
        copy(home.resolve("etc"), base.resolve("etc"));
        Files.createDirectories(base.resolve("data/log"));
        Files.createDirectories(base.resolve("deploy"));
        edit(
                "org.apache.karaf.management.cfg",
                Map.of("rmiRegistryPort", "" + rmiRegistryPort, "rmiServerPort", "" + rmiServerPort));
        edit("org.apache.karaf.shell.cfg", Map.of("sshHost", "127.0.0.1", "sshPort", "" + sshPort));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /**
     * Sets keys of a configuration file in etc, which is made if missing. A running Karaf notices.
     *
     * @param file the file's name
     * @param values keys and values
     * @throws IOException if it cannot be written
     */
    public void edit(String file, Map<String, String> values) throws IOException {
        Path path = base.resolve("etc").resolve(file);
        List<String> lines = new ArrayList<>();
        if (Files.exists(path)) {
            boolean replaced = false;
            boolean continued = false;
            for (String line : Files.readAllLines(path)) {
                if (!continued) {
                    int equals = line.indexOf('=');
                    replaced = equals >= 0
                            && values.containsKey(line.substring(0, equals).trim());
                }
                continued = line.endsWith("\\");
                if (!replaced) {
                    lines.add(line);
                }
            }
        }
        values.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> lines.add(entry.getKey() + " = " + entry.getValue()));
        Path fresh = path.resolveSibling("." + file + ".new");
        Files.write(fresh, lines);
        Files.move(fresh, path, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Adds a feature to those that Karaf installs when it starts for the first time.
     *
     * @param feature the feature's name
     * @throws IOException if the file cannot be written
     */
    public void bootFeature(String feature) throws IOException {
        Path path = base.resolve("etc/org.apache.karaf.features.cfg");
        String text = Files.readString(path);
        Files.writeString(path, text.replaceFirst("featuresBoot *=", "featuresBoot = " + feature + ", "));
    }

    /**
     * Chooses another JVM than this one's; Karaf does not run on every JVM.
     *
     * @param home a JDK's directory
     */
    public void runOn(Path home) {
        javaHome = home;
    }

    /**
     * Starts the process; it takes some seconds until the node is up.
     *
     * @throws IOException if it cannot be started
     */
    public void start() throws IOException {
        ProcessBuilder builder = script("karaf", "server");
        Map<String, String> env = builder.environment();
        env.put("KARAF_EXEC", "exec");
        env.put("CHECK_ROOT_INSTANCE_RUNNING", "false"); // they share an installation
        env.put("EXTRA_JAVA_OPTS", "-Xms64m -Xmx192m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        File out = base.resolve("console.log").toFile();
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out))
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        process = builder.start();
    }

    /**
     * Runs a script of the installation for this base directory.
     *
     * @param name its name in bin
     * @param arguments its arguments
     * @return what starts it
     */
    public ProcessBuilder script(String name, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve(name).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> env = builder.environment();
        env.put("KARAF_BASE", base.toString());
        env.put("KARAF_ETC", base.resolve("etc").toString());
        env.put("KARAF_DATA", base.resolve("data").toString());
        env.put("KARAF_LOG", base.resolve("data/log").toString());
        env.put("JAVA_HOME", javaHome.toString());
        return builder;
    }

    /** kill -9. Returns when the process is gone. */
    public void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            awaitUninterruptibly(running, 30);
        }
    }

    /** Asks the process to end, and kills it if it does not within half a minute. */
    public void stop() {
        Process running = process;
        if (running != null && running.isAlive()) {
            running.destroy();
            if (!awaitUninterruptibly(running, 30)) {
                kill();
            }
        }
    }

    /** Asks the process to end, without waiting. */
    public void askToStop() {
        Process running = process;
        if (running != null) {
            running.destroy();
        }
    }

    private static boolean awaitUninterruptibly(Process running, int seconds) {
        boolean interrupted = false;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        try {
            while (true) {
                try {
                    return running.waitFor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Whether the process runs.
     *
     * @return true if it does
     */
    public boolean isAlive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /**
     * The process's ID.
     *
     * @return the ID, -1 if it was never started
     */
    public long pid() {
        Process running = process;
        return running == null ? -1 : running.pid();
    }

    /**
     * The node's ID.
     *
     * @return the ID
     */
    public String nodeId() {
        return nodeId;
    }

    /**
     * The base directory.
     *
     * @return the directory
     */
    public Path base() {
        return base;
    }

    /**
     * Where its JMX server answers.
     *
     * @return the service URL
     */
    public String jmxUrl() {
        return "service:jmx:rmi://127.0.0.1:" + rmiServerPort + "/jndi/rmi://127.0.0.1:" + rmiRegistryPort
                + "/karaf-root";
    }

    /**
     * The last lines of its log, for when something went wrong.
     *
     * @param count how many
     * @return the lines
     */
    public List<String> lastLogLines(int count) {
        Path log = base.resolve("data/log/karaf.log");
        try {
            Path shown = Files.exists(log) ? log : base.resolve("console.log");
            List<String> lines = Files.exists(shown) ? Files.readAllLines(shown) : List.of();
            return lines.subList(Math.max(0, lines.size() - count), lines.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a line to the container's console log, to find one's way in it.
     *
     * @param line the line
     * @throws IOException if it cannot be written
     */
    public void mark(String line) throws IOException {
        Files.writeString(
                base.resolve("console.log"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
