package io.ngrid.node;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NGridNode;
import io.ngrid.node.loop.Lanes;
import io.ngrid.node.loop.NodeEngine;
import io.ngrid.node.loop.Seams;
import io.ngrid.node.loop.ThreadLanes;
import io.ngrid.spi.election.ElectionFactory;
import io.ngrid.spi.replication.ReplicationFactory;
import io.ngrid.spi.storage.StorageFactory;
import io.ngrid.spi.transport.TransportFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ServiceLoader;

/** Starts nodes in plain Java, without OSGi. */
public final class NGridNodes {
    private NGridNodes() {}

    /**
     * Refuses settings that no node on this machine starts with, before anything is opened. Starting does so too.
     *
     * @param config the settings
     * @throws ConfigurationException if the node would listen beyond loopback and the settings are not
     *     {@linkplain NGridConfig#insecure insecure}: its traffic is neither encrypted nor authenticated
     */
    public static void check(NGridConfig config) {
        if (config.insecure()) {
            return;
        }
        try {
            if (InetAddress.getByName(config.host()).isLoopbackAddress()) {
                return;
            }
        } catch (UnknownHostException e) {
            throw new ConfigurationException(
                    "host = " + config.host() + " is not allowed: a host name or address that this machine knows", e);
        }
        throw new ConfigurationException("host = " + config.host()
                + " is not allowed: a loopback address such as 127.0.0.1, or any address with insecure = true"
                + " (the traffic is not protected: on a trusted network only)");
    }

    /**
     * Starts a node with the parts found on the class path. Returns when its storage is open and its port bound; the
     * cluster may form later, and the node's queues and maps make their callers wait for it.
     *
     * @param config its settings
     * @return the node, to be closed by the caller
     * @throws ConfigurationException if it cannot start with these settings: beyond loopback without leave, port taken,
     *     directory unusable, another node's data
     * @throws io.ngrid.spi.storage.StorageException if its storage cannot be read or written
     */
    public static NGridNode start(NGridConfig config) {
        return start(config, new ThreadLanes(config.nodeId()));
    }

    /** The same on given lanes, which a test may watch. */
    static NGridNode start(NGridConfig config, Lanes lanes) {
        return start(
                config,
                lanes,
                part(TransportFactory.class),
                part(ElectionFactory.class),
                part(ReplicationFactory.class),
                part(StorageFactory.class));
    }

    /**
     * Starts a node with given parts.
     *
     * @param config its settings
     * @param transport makes its transport
     * @param election makes its election core
     * @param replication makes its replication and formation cores
     * @param storage makes its storage
     * @return the node; it also is an {@link io.ngrid.spi.view.NodeView}
     * @throws ConfigurationException as {@link #start(NGridConfig)}
     */
    public static NGridNode start(
            NGridConfig config,
            TransportFactory transport,
            ElectionFactory election,
            ReplicationFactory replication,
            StorageFactory storage) {
        return start(config, new ThreadLanes(config.nodeId()), transport, election, replication, storage);
    }

    private static NGridNode start(
            NGridConfig config,
            Lanes lanes,
            TransportFactory transport,
            ElectionFactory election,
            ReplicationFactory replication,
            StorageFactory storage) {
        check(config);
        Seams seams = new Seams(
                transport,
                election,
                replication,
                storage,
                () -> storage.disk(config.dataDirectory()),
                lanes,
                new SecureRandom());
        RunningNode node = new RunningNode(config, listener -> new NodeEngine(config, seams, listener));
        node.start();
        return node;
    }

    private static <T> T part(Class<T> type) {
        return ServiceLoader.load(type, NGridNodes.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("no " + type.getName()
                        + " on the class path: add the bundles transport, election, replication and nqueue-storage"));
    }
}
