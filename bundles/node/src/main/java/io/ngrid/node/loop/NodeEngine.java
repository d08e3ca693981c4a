package io.ngrid.node.loop;

import io.ngrid.api.ConfigurationException;
import io.ngrid.api.NGridConfig;
import io.ngrid.api.NodeClosedException;
import io.ngrid.api.NodeId;
import io.ngrid.api.NodeState;
import io.ngrid.node.client.ClientCodec;
import io.ngrid.node.client.LoopClient;
import io.ngrid.node.client.Pending;
import io.ngrid.node.client.Request;
import io.ngrid.node.client.Response;
import io.ngrid.node.state.GridState;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.ClientRequest;
import io.ngrid.spi.message.ClientResponse;
import io.ngrid.spi.message.FormationNotice;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.replication.FormationEvent;
import io.ngrid.spi.storage.CorruptionException;
import io.ngrid.spi.storage.IncomingSnapshot;
import io.ngrid.spi.storage.Storage;
import io.ngrid.spi.storage.StorageOptions;
import io.ngrid.spi.storage.StorageReport;
import io.ngrid.spi.storage.UnfinishedException;
import io.ngrid.spi.transport.LocalIdentity;
import io.ngrid.spi.transport.Peer;
import io.ngrid.spi.transport.Refusal;
import io.ngrid.spi.transport.Transport;
import io.ngrid.spi.transport.TransportListener;
import io.ngrid.spi.transport.TransportOptions;
import io.ngrid.spi.view.NodeStatus;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole node on its event loop: storage, transport, formation, the replicated group, and the proxy of its callers. All
 * fields without {@code volatile} belong to the event loop. Where it is in its life: {@link Life}.
 *
 * <p>Long, as the one place that knows all of these parts: what comes from any of them is handed on from here.
 */
public final class NodeEngine implements LoopClient.Inbox {
    private static final Logger LOG = LoggerFactory.getLogger(NodeEngine.class);
    private static final long RETRY_NANOS = 5_000_000L;
    private static final int MAX_ROUNDS = 64;

    /** So long {@link #close} waits for answers to writes. */
    private static final long CLOSE_NANOS = 2_000_000_000L;

    /** Hears of changes, on the callback lane. */
    public interface Listener {
        /** State, leader, epoch, or the set of queues and maps changed. */
        void changed();
    }

    private final NGridConfig config;
    private final Seams seams;
    private final Lane loop;
    private final Lane callback;
    private final Listener listener;
    private final Here here = new Here();
    private final Connections connections = new Connections();
    private final Life life = new Life();
    private final Forming forming;
    private final StatusBoard board;
    private final Verification verification;
    private final CountDownLatch answered = new CountDownLatch(1);

    private @Nullable Storage storage;
    private @Nullable Transport transport;
    private @Nullable ReplicatedGroup group;
    private @Nullable ProxyLink link;
    private boolean retired;
    private volatile @Nullable LocalIdentity identity;
    private volatile @Nullable GridState applied;
    private volatile @Nullable NodeStatus status;
    private volatile String distrusted = "";

    /**
     * Makes a node; {@link #start} starts it.
     *
     * @param config its settings
     * @param seams its parts
     * @param listener hears of changes
     */
    public NodeEngine(NGridConfig config, Seams seams, Listener listener) {
        this.config = config;
        this.seams = seams;
        this.listener = listener;
        this.board = new StatusBoard(config, seams.lanes().nanoTime());
        this.forming = new Forming(config, here, this::adopt);
        this.callback = seams.lanes().start("callback", now -> Long.MAX_VALUE, e -> LOG.error("a callback failed", e));
        // At once: a promise whose write has failed must not be acted upon by the next task [E1].
        this.loop = seams.lanes().start("loop", this::tick, this::degrade);
        this.verification = new Verification(seams.lanes(), loop);
    }

    // ---- start and stop

    /**
     * Opens storage and port on the event loop.
     *
     * @param done told, on the event loop, that it is open, or why not; then everything is closed again
     */
    public void start(Consumer<@Nullable RuntimeException> done) {
        loop.execute(() -> {
            RuntimeException failure = null;
            try {
                open();
            } catch (Throwable e) { // an Error too, as of a class that is missing: somebody waits to be told
                failure = e instanceof RuntimeException known
                        ? known
                        : new IllegalStateException("node " + config.nodeId() + " could not start: " + e, e);
                release();
                life.close("could not start: " + e.getMessage());
            }
            publish(here.now());
            done.accept(failure);
        });
    }

    private void open() {
        long now = here.now();
        Storage opened;
        try {
            opened = seams.storage()
                    .open(seams.disk().open(), StorageOptions.of(config.nodeId(), config.durability()), seams.random());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "data.directory = " + config.dataDirectory() + " cannot be used: " + e.getMessage(), e);
        }
        storage = opened;
        identity =
                new LocalIdentity(opened.identity().storage(), opened.identity().cluster(), List.of(), false);
        link = new ProxyLink(here, callback, opened.identity().start());
        if (opened.identity().cluster() != null) {
            openMember(opened, now);
        }
        Transport started = seams.transport()
                .create(
                        new TransportOptions(
                                config.cluster(),
                                config.nodeId(),
                                config.host(),
                                config.port(),
                                config.peers(),
                                this::localIdentity,
                                config.electionTimeout().toNanos(),
                                TransportOptions.DEFAULT_MAX_FRAME_BYTES,
                                TransportOptions.DEFAULT_MAX_OUTBOUND_BYTES),
                        new Inbound());
        transport = started;
        try {
            started.start();
        } catch (IOException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
        board.listening(started.port());
        life.opened();
        if (life.isOpen()) {
            forming.begin(seams.replication(), formedBy(), seams.random());
        }
    }

    private @Nullable LogEntry formedBy() {
        return group == null ? null : group.formedBy();
    }

    private void openMember(Storage opened, long now) {
        try {
            MemberStart start = MemberStart.recover(opened, config);
            if (start.dropsProvisional()) {
                LOG.warn(
                        "node={} drops its provisional one-node cluster {}, which held nothing, because it was given peers",
                        config.nodeId(),
                        opened.identity().cluster());
                opened.dropCluster();
                identity = new LocalIdentity(opened.identity().storage(), null, List.of(), false);
            } else {
                join(start, now);
            }
        } catch (CorruptionException e) {
            if (!MemberStart.namesOthers(config)) { // nobody to refill from [D2]
                throw new ConfigurationException(Life.reason(e, config), e);
            }
            degrade(e);
        }
    }

    private void join(MemberStart start, long now) {
        GroupLanes.Factory lanes = GroupLanes.on(loop, seams.lanes(), this::failed);
        Member self = here.self();
        ReplicatedGroup joined = new ReplicatedGroup(
                self,
                start.group(),
                seams.election().create(start.election(self, config), seams.random(), now),
                seams.replication()
                        .create(start.replication(self, config), start.group().log(), now),
                start.state(),
                lanes,
                config,
                new GroupHost(),
                now);
        group = joined;
        applied = start.state();
        connections.members().forEach(member -> joined.connected(member, now));
    }

    /** As if the node had been started with the snapshot in its directory. */
    private void install(ReplicatedGroup present, IncomingSnapshot snapshot) {
        LOG.info(
                "state=installing_snapshot node={} index={} applied={}",
                config.nodeId(),
                snapshot.index(),
                present.state().appliedIndex());
        group = null;
        try {
            present.install(snapshot);
        } catch (UnfinishedException e) { // it is as it was; the leader will send it again
            LOG.warn("state=snapshot_failed node={} reason=\"{}\"", config.nodeId(), e.getMessage());
        }
        if (transport != null) {
            transport.reconnect();
        }
        openMember(Objects.requireNonNull(storage), here.now());
    }

    private void adopt(LogEntry entry) {
        Storage opened = Objects.requireNonNull(storage);
        Configuration configuration = Configuration.decode(entry.payload());
        LOG.info(
                "formed node={} cluster={} voters={} replication.quorum={}",
                config.nodeId(),
                configuration.cluster(),
                configuration.voters(),
                configuration.quorums().replication());
        join(MemberStart.fresh(opened.form(entry, configuration.cluster()), configuration), here.now());
        life.adopted();
    }

    /**
     * Ends everything: first the calls that cannot have taken effect, then, when the others are answered or two seconds have
     * passed (at once if the thread is interrupted), the node; returns when all lanes have ended. Not on the event loop.
     */
    public void close() {
        boolean interrupted = false;
        if (retire()) {
            try {
                answered.await(CLOSE_NANOS, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        CountDownLatch done = new CountDownLatch(1);
        boolean open = loop.execute(() -> {
            try {
                life.close("closed");
                if (link != null) {
                    link.proxy().close(here.now());
                }
            } finally {
                try {
                    release();
                    publish(here.now());
                } finally {
                    done.countDown();
                }
            }
        });
        while (open) { // otherwise it has been closed before
            try {
                done.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        loop.stop();
        callback.stop();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends the calls that cannot have taken effect, and all later ones; {@link #close} begins with this. Any thread.
     *
     * @return false if the node is closed
     */
    public boolean retire() {
        return loop.execute(() -> {
            retired = true;
            if (link != null) {
                link.proxy().retire(here.now());
            }
        });
    }

    private void release() {
        verification.end();
        Transport openTransport = transport;
        ReplicatedGroup openGroup = group;
        Storage openStorage = storage;
        transport = null;
        group = null;
        storage = null;
        if (openTransport != null) {
            release("transport", openTransport::close);
        }
        if (openGroup != null) {
            release("group", openGroup::close);
        }
        if (openStorage != null) {
            release("storage", openStorage::close);
        }
    }

    /** One that cannot be closed keeps nobody waiting, and no other open. */
    private void release(String what, Runnable close) {
        try {
            close.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("node={} could not close its {}", config.nodeId(), what, e);
        }
    }

    // ---- one turn of the event loop

    private long tick(long now) {
        long next = turn(now);
        if (retired && (link == null || link.proxy().pendingCount() == 0)) {
            answered.countDown();
        }
        return next;
    }

    private long turn(long now) {
        ProxyLink proxies = link;
        if (storage == null || proxies == null) {
            return Long.MAX_VALUE;
        }
        long next = forming.tick(now);
        proxies.follow(leader(), group == null ? 0 : group.epoch(), reason(), now);
        try {
            if (group != null) {
                next = Math.min(next, group.tick(now));
            }
        } finally { // callers' time is up, whatever fails
            if (proxies.proxy().nextTickNanos() - now <= 0) {
                proxies.proxy().tick(now);
            }
        }
        for (int i = 0; i < MAX_ROUNDS && (i == 0 || proxies.hasLocalWork()); i++) {
            proxies.drain();
            if (group != null) {
                group.endTurn(now);
            }
        }
        next = Math.min(next, proxies.proxy().nextTickNanos());
        if (proxies.waitsForRoom()) {
            next = Math.min(next, now + RETRY_NANOS);
        }
        if (proxies.hasLocalWork()) {
            next = now;
        }
        if (board.isDue(now, nodeState(), group, applied, proxies.proxy().pendingCount())) {
            publish(now);
        }
        return Math.min(next, board.latestNanos());
    }

    private @Nullable NodeId leader() {
        return group == null || life.isDegraded() ? null : group.leader();
    }

    private void failed(Throwable e) {
        loop.execute(() -> degrade(e));
    }

    private void degrade(Throwable e) {
        degrade(Life.reason(e, config), e);
    }

    /** Stops voting, acknowledging and leading, but stays up to say why [D1], [R6]. */
    private void degrade(String reason, @Nullable Throwable cause) {
        if (life.degrade(reason)) {
            LOG.error("state=degraded node={} reason={}", config.nodeId(), reason, cause);
            forming.end();
        } else {
            LOG.debug("another failure of a degraded or closed node: {}", reason, cause);
        }
        if (group != null) {
            group.degraded(here.now());
        }
    }

    private void publish(long now) {
        if (identity == null) {
            return; // it could not even open its storage
        }
        ReplicatedGroup present = group;
        NodeStatus old = status;
        NodeStatus next = board.build(
                now,
                nodeState(),
                reason(),
                localIdentity(),
                present,
                transport == null ? List.of() : transport.peers(),
                link == null ? null : link.proxy(),
                applied);
        status = next;
        if (old == null || StatusBoard.tellsListeners(old, next)) {
            callback.execute(listener::changed);
        }
    }

    private NodeState nodeState() {
        return life.state(config.nodeId(), forming, group);
    }

    private String reason() {
        return life.reason(config.nodeId(), forming, group);
    }

    // ---- what comes from peers

    private final class Inbound implements TransportListener {
        @Override
        public void connected(Peer peer) {
            loop.execute(() -> {
                connections.connected(peer.member());
                life.connected();
                forming.handle(new FormationEvent.Connected(peer));
                if (group != null) {
                    group.connected(peer.member(), here.now());
                }
            });
        }

        @Override
        public void disconnected(Member peer) {
            loop.execute(() -> {
                connections.disconnected(peer);
                if (link != null) {
                    link.disconnected(peer);
                }
                forming.handle(new FormationEvent.Disconnected(peer));
                if (group != null) {
                    group.disconnected(peer, here.now());
                }
            });
        }

        @Override
        public void received(Member from, Message message) {
            loop.execute(() -> handle(from, message, here.now()));
        }

        @Override
        public void resolved(io.ngrid.api.PeerAddress address, Member member) {
            loop.execute(() -> forming.handle(new FormationEvent.Resolved(address, member)));
        }

        @Override
        public void refused(Refusal refused) {
            loop.execute(() -> handle(refused));
        }
    }

    private void handle(Member from, Message message, long now) {
        if (message instanceof FormationNotice notice) {
            LogEntry entry = notice.entry();
            if (entry == null || decode(from, entry.payload(), Configuration::decode) != null) {
                forming.handle(new FormationEvent.Received(from, notice));
            }
        } else if (life.isDegraded() && !(message instanceof ClientResponse)) {
            return; // neither votes nor acknowledges [D1]
        } else if (message instanceof ClientRequest request && link != null) {
            Request decoded = decode(from, request.body(), ClientCodec::decodeRequest);
            if (decoded != null) {
                link.fromProxy(from, decoded);
            }
        } else if (message instanceof ClientResponse response && link != null) {
            Response decoded = decode(from, response.body(), ClientCodec::decodeResponse);
            if (decoded != null) {
                link.fromLeader(decoded);
            }
        } else if (group != null) {
            group.received(from, message, now);
        }
    }

    /** Null for bytes of another making: no reason to stop serving the rest. */
    private <T> @Nullable T decode(Member from, byte[] body, Function<byte[], T> codec) {
        try {
            return codec.apply(body);
        } catch (IllegalArgumentException e) {
            LOG.warn("node={} drops a message of {} that it cannot read: {}", config.nodeId(), from, e.getMessage());
            return null;
        }
    }

    private void handle(Refusal refused) {
        LocalIdentity mine = localIdentity();
        boolean byCluster = refused.kind() == Refusal.Kind.UNKNOWN_STORAGE && mine.cluster() == null; // [M4]
        life.refused(refused.message(), byCluster); // the transport has logged it
        boolean namesMe = refused.voters().contains(config.nodeId());
        if (refused.kind() == Refusal.Kind.CLUSTER_ID && namesMe && mine.provisional() && storage != null) {
            LOG.warn(
                    "node={} drops its provisional one-node cluster {}, which held nothing: cluster {} names it",
                    config.nodeId(),
                    mine.cluster(),
                    refused.cluster());
            dropProvisional(storage);
        }
    }

    private void dropProvisional(Storage opened) {
        if (group != null) {
            group.close();
            group = null;
        }
        opened.dropCluster();
        identity = new LocalIdentity(opened.identity().storage(), null, List.of(), false);
        applied = null;
        forming.begin(seams.replication(), null, seams.random());
        if (transport != null) {
            transport.reconnect();
        }
    }

    // ---- the group's surroundings

    private final class GroupHost implements ReplicatedGroup.Host {
        @Override
        public void send(NodeId to, Message message) {
            if (transport != null) {
                transport.send(to, message);
            }
        }

        @Override
        public void respond(Member to, Response response, Runnable accepted) {
            Objects.requireNonNull(link).respond(to, response, accepted);
        }

        @Override
        public boolean reaches(Member to) {
            return Objects.requireNonNull(link).reaches(to);
        }

        @Override
        public void configured(Configuration configuration) {
            LocalIdentity mine = localIdentity();
            boolean alone = configuration.voters().size() == 1;
            GridState state = applied;
            identity = new LocalIdentity(
                    mine.storage(),
                    configuration.cluster(),
                    configuration.voters(),
                    alone && (state == null || state.isProvisional()));
        }

        @Override
        public void install(IncomingSnapshot snapshot) {
            ReplicatedGroup present = group;
            if (present != null && present.wants(snapshot)) {
                NodeEngine.this.install(present, snapshot);
            }
        }

        @Override
        public void diverged(String reason) {
            if (life.isOpen()) {
                distrusted = reason;
                degrade(reason, null);
            }
        }

        @Override
        public void divided(String reason) {
            if (reason.isEmpty()) {
                LOG.info("state=agreed node={} was={}", config.nodeId(), distrusted);
            } else {
                LOG.error("state=divided node={} reason={}", config.nodeId(), reason);
            }
            distrusted = reason;
        }

        @Override
        public void applied(GridState state) {
            applied = state;
            LocalIdentity mine = localIdentity();
            if (mine.provisional() && !state.isProvisional()) {
                identity = new LocalIdentity(mine.storage(), mine.cluster(), mine.voters(), false);
            }
        }
    }

    // ---- what others see; any thread

    @Override
    public boolean submit(Pending<?> operation) {
        return loop.execute(() -> Objects.requireNonNull(link).proxy().submit(operation, here.now()));
    }

    @Override
    public void cancel(Pending<?> operation) {
        loop.execute(() -> Objects.requireNonNull(link).proxy().cancel(operation, here.now()));
    }

    /**
     * Runs something on the callback lane. Any thread.
     *
     * @param task what to run
     */
    public void onCallback(Runnable task) {
        callback.execute(task);
    }

    @Override
    public @Nullable GridState state() {
        return applied;
    }

    /**
     * Why the state applied here is not to be believed [R6]. Any thread.
     *
     * @return one sentence, empty if it is
     */
    public String distrusted() {
        return distrusted;
    }

    /**
     * Reads all files of the node, as far as they are known to be written, beside all else. Any thread.
     *
     * @return what was found
     */
    public CompletableFuture<StorageReport> verify() {
        CompletableFuture<StorageReport> answer = new CompletableFuture<>();
        boolean open = loop.execute(() -> {
            if (group != null) {
                verification.begin(group.store()::verify, answer);
            } else if (storage != null && life.isDegraded()) { // nobody writes
                verification.begin(storage::verify, answer);
            } else {
                answer.completeExceptionally(new IllegalStateException(
                        "node " + config.nodeId() + " has nothing to verify: it is " + nodeState()));
            }
        });
        if (!open) {
            answer.completeExceptionally(new NodeClosedException("node " + config.nodeId() + " is closed"));
        }
        return answer;
    }

    /**
     * The status published last, or null before the first. Any thread.
     *
     * @return the status
     */
    public @Nullable NodeStatus status() {
        return status;
    }

    private LocalIdentity localIdentity() {
        LocalIdentity present = identity;
        if (present == null) {
            throw new IllegalStateException("node " + config.nodeId() + " has no identity yet");
        }
        return present;
    }

    private final class Here implements Surroundings {
        @Override
        public Member self() {
            return new Member(config.nodeId(), localIdentity().storage());
        }

        @Override
        public @Nullable Transport transport() {
            return transport;
        }

        @Override
        public @Nullable ReplicatedGroup group() {
            return group;
        }

        @Override
        public Connections connections() {
            return connections;
        }

        @Override
        public UUID newUuid() {
            return new UUID(seams.random().nextLong(), seams.random().nextLong());
        }

        @Override
        public long now() {
            return seams.lanes().nanoTime();
        }
    }
}
