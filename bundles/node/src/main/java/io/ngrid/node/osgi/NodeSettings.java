package io.ngrid.node.osgi;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.Durability;
import io.ngrid.api.Handback;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.Names;
import io.ngrid.api.NodeId;
import io.ngrid.api.PeerAddress;
import io.ngrid.node.NGridNodes;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the properties of PID io.ngrid.node; every complaint names the file, the key, the value and what is allowed. */
final class NodeSettings {
    static final List<String> KEYS = List.of(
            "cluster",
            "node.id",
            "host",
            "port",
            "peers",
            "data.directory",
            "replication.quorum",
            "durability",
            "heartbeat",
            "election.timeout",
            "election.catchup.max",
            "replication.lag.max",
            "snapshot.rate",
            "maps.memory.max",
            "handback",
            "handback.delay",
            "operation.timeout",
            "session.timeout",
            "insecure");

    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");

    private final Map<String, ?> properties;
    private final String source;

    private NodeSettings(Map<String, ?> properties, String source) {
        this.properties = properties;
        this.source = source;
    }

    /** Where properties come from: their file, or the PID if there is none. */
    static String source(Map<String, ?> properties) {
        Object file = properties.get("felix.fileinstall.filename");
        return file == null ? "io.ngrid.node" : file.toString().replaceFirst("^file:", "");
    }

    /**
     * Reads and checks the settings.
     *
     * @param properties the properties, with those that the container adds
     * @param source where they come from, for messages
     * @throws ConfigurationException naming the first setting that is not allowed
     */
    static NGridConfig parse(Map<String, ?> properties, String source) {
        return new NodeSettings(properties, source).parse();
    }

    private NGridConfig parse() {
        refuseUnknownKeys();
        NGridConfig.Builder config = NGridConfig.builder();
        checked(
                "cluster",
                "1 to 128 characters out of A-Z a-z 0-9 . _ -",
                value -> config.cluster(Names.check("cluster", value)));
        checked("node.id", "1 to 64 characters out of A-Z a-z 0-9 . _ -", value -> config.nodeId(value));
        checked("host", "a host name or address", value -> config.host(value));
        checked("port", "a whole number from 0 to 65535", value -> config.port(port(value)));
        checked("peers", "host:port or id@host:port, separated by commas", value -> config.peers(peers(value)));
        config.dataDirectory(directory());
        checked("replication.quorum", "majority, or a whole number from 1", v -> config.replicationQuorum(quorum(v)));
        checked("durability", "fsync, os", value -> config.durability(durability(value)));
        String duration = "a whole number and a unit out of ms, s, m, h, d, as in 100ms";
        checked("heartbeat", duration, value -> config.heartbeat(duration(value)));
        checked("election.timeout", duration, value -> config.electionTimeout(duration(value)));
        checked(
                "election.catchup.max",
                "a whole number of bytes from 0 to 8388608",
                value -> config.electionCatchupMax(Integer.parseInt(value)));
        checked(
                "replication.lag.max",
                "a whole number of bytes from 65536 to 1099511627776",
                value -> config.replicationLagMax(Long.parseLong(value)));
        checked(
                "snapshot.rate",
                "unlimited, or a whole number of bytes a second from 65536",
                value -> config.snapshotRate(rate(value)));
        checked(
                "maps.memory.max",
                "a whole number of bytes from 65536 to 1099511627776",
                value -> config.mapsMemoryMax(Long.parseLong(value)));
        checked("handback", "auto, off", value -> config.handback(handback(value)));
        checked("handback.delay", duration, value -> config.handbackDelay(duration(value)));
        checked("operation.timeout", duration, value -> config.operationTimeout(duration(value)));
        checked("session.timeout", duration, value -> config.sessionTimeout(duration(value)));
        checked("insecure", "true, false", value -> config.insecure(flag(value)));
        try {
            NGridConfig settings = config.build();
            NGridNodes.check(settings);
            return settings;
        } catch (ConfigurationException e) {
            throw new ConfigurationException(source + ": " + e.getMessage(), e);
        }
    }

    /** A typing error must not become a default. */
    private void refuseUnknownKeys() {
        for (String key : new TreeSet<>(properties.keySet())) {
            boolean foreign = key.startsWith(".")
                    || key.startsWith("service.")
                    || key.startsWith("component.")
                    || key.startsWith("felix.")
                    || key.startsWith("org.apache.")
                    || key.endsWith(".target");
            if (!foreign && !KEYS.contains(key)) {
                throw refused(key, properties.get(key), "the keys " + String.join(", ", KEYS), null);
            }
        }
    }

    @FunctionalInterface
    private interface Reader {
        void read(String value);
    }

    /** Reads a key if it is there; what is wrong with its value is said in one way. */
    private void checked(String key, String allowed, Reader reader) {
        String value = text(key);
        if (value.isEmpty()) {
            return;
        }
        try {
            reader.read(value);
        } catch (ConfigurationException | IllegalArgumentException e) {
            throw refused(key, value, allowed, e);
        }
    }

    private String text(String key) {
        Object value = properties.get(key);
        return value == null ? "" : value.toString().trim();
    }

    private static int port(String value) {
        int port = Integer.parseInt(value);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("out of range");
        }
        return port;
    }

    private static List<PeerAddress> peers(String value) {
        List<PeerAddress> peers = new ArrayList<>();
        Map<NodeId, PeerAddress> byId = new HashMap<>();
        for (String item : value.split(",", -1)) {
            if (item.isBlank()) {
                continue;
            }
            PeerAddress peer = PeerAddress.parse(item.trim());
            PeerAddress twin = peer.id() == null ? null : byId.put(peer.id(), peer);
            if (twin != null) {
                throw new ConfigurationException("node ID " + peer.id() + " occurs twice, as " + twin + " and " + peer);
            }
            peers.add(peer);
        }
        return peers;
    }

    private Path directory() {
        String value = text("data.directory");
        try {
            return value.isEmpty() ? Path.of(System.getProperty("karaf.data", "data"), "ngrid") : Path.of(value);
        } catch (InvalidPathException e) {
            throw refused("data.directory", value, "a path", e);
        }
    }

    private static int quorum(String value) {
        if (value.equals("majority")) {
            return 0;
        }
        int quorum = Integer.parseInt(value);
        if (quorum < 1) {
            throw new IllegalArgumentException("out of range");
        }
        return quorum;
    }

    private static long rate(String value) {
        if (value.equals("unlimited")) {
            return 0;
        }
        long rate = Long.parseLong(value);
        if (rate < 0) {
            throw new IllegalArgumentException("out of range");
        }
        return rate;
    }

    private static Durability durability(String value) {
        return switch (value) {
            case "fsync" -> Durability.FSYNC;
            case "os" -> Durability.OS;
            default -> throw new IllegalArgumentException("unknown");
        };
    }

    private static Handback handback(String value) {
        return switch (value) {
            case "auto" -> Handback.AUTO;
            case "off" -> Handback.OFF;
            default -> throw new IllegalArgumentException("unknown");
        };
    }

    private static boolean flag(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither");
        };
    }

    static Duration duration(String value) {
        Matcher matcher = DURATION.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no duration");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    private ConfigurationException refused(
            String key, @Nullable Object value, String allowed, @Nullable Exception cause) {
        String detail = cause instanceof ConfigurationException ? " (" + cause.getMessage() + ")" : "";
        return new ConfigurationException(
                source + ": " + key + " = " + value + " is not allowed; allowed: " + allowed + detail, cause);
    }
}
