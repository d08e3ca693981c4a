package io.ngrid.itests.karaf;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Map;
import java.util.Properties;
import org.osgi.service.cm.ConfigurationAdmin;

/** The file etc/io.ngrid.node.cfg of this container: edited by a test, and put back at its end. */
final class NodeFile implements AutoCloseable {
    static final Path FILE = Path.of(System.getProperty("karaf.etc"), "io.ngrid.node.cfg");

    private final ConfigurationAdmin admin;
    private final String original;

    NodeFile(ConfigurationAdmin admin) throws IOException {
        this.admin = admin;
        this.original = Files.readString(FILE);
    }

    /** Changes or adds keys of the original; returns when the container has taken notice. */
    void edit(Map<String, String> changes) throws IOException {
        StringBuilder text = new StringBuilder(original);
        changes.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n')); // the last one counts
        write(text.toString());
    }

    void restore() throws IOException {
        write(original);
    }

    private void write(String text) throws IOException {
        Files.writeString(FILE, text);
        Properties wanted = new Properties();
        wanted.load(new StringReader(text));
        await(text).atMost(Containers.PATIENCE).until(() -> isKnown(wanted));
    }

    private boolean isKnown(Properties wanted) throws IOException {
        Dictionary<String, Object> known =
                admin.getConfiguration("io.ngrid.node", null).getProperties();
        return known != null
                && wanted.stringPropertyNames().stream()
                        .filter(key -> !wanted.getProperty(key).contains("${"))
                        .allMatch(key -> wanted.getProperty(key).trim().equals(known.get(key)))
                // What is there besides, the container has added.
                && java.util.Collections.list(known.keys()).stream()
                        .allMatch(key ->
                                wanted.containsKey(key) || key.startsWith("service.") || key.startsWith("felix."));
    }

    @Override
    public void close() throws IOException {
        restore();
    }
}
