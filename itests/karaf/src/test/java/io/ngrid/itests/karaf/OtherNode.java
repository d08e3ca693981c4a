package io.ngrid.itests.karaf;

import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.node.NGridNodes;
import io.ngrid.spi.election.ElectionFactory;
import io.ngrid.spi.replication.ReplicationFactory;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.spi.transport.TransportFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.osgi.framework.BundleContext;

/** A second node in the container's process, made of its bundles; no service of it is registered. */
final class OtherNode implements AutoCloseable {
    /** System property of the container: two free ports. */
    static final String PORTS = "ngrid.ports";

    private static final String[] PORT = System.getProperty(PORTS, ",").split(",", -1);

    /** Address of the container's own node, as {@link #settings} has it. */
    static final String HERE = "127.0.0.1:" + PORT[0];

    /** Address of this one. */
    static final String THERE = "127.0.0.1:" + PORT[1];

    private final NGridNode node;

    OtherNode(BundleContext context, String id) throws IOException {
        NGridConfig config = NGridConfig.builder()
                .nodeId(id)
                .port(Integer.parseInt(PORT[1]))
                .peers(HERE, THERE)
                .dataDirectory(emptyDirectory())
                .build();
        node = NGridNodes.start(
                config,
                part(context, TransportFactory.class),
                part(context, ElectionFactory.class),
                part(context, ReplicationFactory.class),
                part(context, StorageFactory.class));
    }

    /** What the container's node has to be told for a cluster of both: its own one-node cluster holds data. */
    static Map<String, String> settings() throws IOException {
        return Map.of(
                "port",
                PORT[0],
                "peers",
                HERE + "," + THERE,
                "data.directory",
                emptyDirectory().toString());
    }

    private static Path emptyDirectory() throws IOException {
        return Files.createTempDirectory("ngrid");
    }

    private static <T> T part(BundleContext context, Class<T> type) {
        return context.getService(context.getServiceReference(type));
    }

    @Override
    public void close() {
        node.close();
    }
}
