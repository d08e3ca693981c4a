package io.ngrid.benchmarks.peers;

import io.ngrid.benchmarks.Contender;
import io.ngrid.benchmarks.Contender.Promise;
import io.ngrid.storage.NQueueOptions.Durability;
import java.util.List;
import java.util.stream.Stream;

/** All that are measured. */
public final class Contenders {
    /** What those that sync are compared with. */
    public static final String BARE = "bare group commit";

    /** What those that do not sync are compared with. */
    public static final String CHRONICLE = "Chronicle Queue";

    /** A whole node, a cluster of one. Not among all: it is started with elements, its parts are measured by themselves. */
    public static final Contender NODE = new Contender("NGrid node", Promise.DISK, NodeStore::new);

    private Contenders() {}

    /**
     * All that are measured.
     *
     * @return the contenders, what is NGrid's first
     */
    public static List<Contender> all() {
        String artemis = "Artemis journal " + (ArtemisStore.asynchronous() ? "ASYNCIO" : "NIO");
        return List.of(
                new Contender("NQueue fsync", Promise.DISK, d -> new NQueueStore(d, Durability.FSYNC)),
                new Contender("NGrid changelog", Promise.DISK, LogStore::new),
                new Contender(BARE, Promise.DISK, BareLog::new),
                new Contender(artemis, Promise.DISK, ArtemisStore::new),
                new Contender("RocksDB sync", Promise.DISK, d -> new RocksStore(d, true)),
                new Contender("tape2", Promise.DISK, TapeStore::new, true),
                new Contender("MVStore sync", Promise.DISK, d -> new MvStore(d, true)),
                new Contender("NQueue os", Promise.SYSTEM, d -> new NQueueStore(d, Durability.OS)),
                new Contender(CHRONICLE, Promise.SYSTEM, ChronicleStore::new),
                new Contender("RocksDB no sync", Promise.SYSTEM, d -> new RocksStore(d, false)),
                new Contender("NQueue interval", Promise.PROCESS, d -> new NQueueStore(d, Durability.INTERVAL)),
                new Contender("MVStore", Promise.PROCESS, d -> new MvStore(d, false)));
    }

    /**
     * One of each kind, for what does not depend on when it syncs: NQueue and RocksDB are the same files in every mode.
     *
     * @param contenders some contenders
     * @return those that differ
     */
    public static List<Contender> unlike(List<Contender> contenders) {
        List<String> same = List.of("NQueue fsync", "NQueue interval", "RocksDB sync", "MVStore sync");
        return contenders.stream().filter(c -> !same.contains(c.name())).toList();
    }

    /**
     * One of them, or the node.
     *
     * @param name its name
     * @return the contender
     */
    public static Contender named(String name) {
        return Stream.concat(all().stream(), Stream.of(NODE))
                .filter(contender -> contender.name().equals(name))
                .findAny()
                .orElseThrow();
    }
}
