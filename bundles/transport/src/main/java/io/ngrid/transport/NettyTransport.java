package io.ngrid.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.ngrid.api.NodeId;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.transport.PeerStatus;
import io.ngrid.spi.transport.Transport;
import io.ngrid.spi.transport.TransportListener;
import io.ngrid.spi.transport.TransportOptions;
import io.ngrid.transport.wire.FrameDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sockets and the I/O thread; what is done with them is the {@link Mesh}'s business. */
final class NettyTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);
    private static final int CLOSE_SECONDS = 10;

    private final TransportOptions options;
    private final TransportListener listener;
    private final ChannelFactory<NioSocketChannel> sockets;
    private final Timing timing;
    private @Nullable Running running; // guarded by this
    private boolean closed; // guarded by this
    private volatile @Nullable Mesh mesh;

    NettyTransport(TransportOptions options, TransportListener listener) {
        this(options, listener, NioSocketChannel::new);
    }

    /**
     * A transport that is not started.
     *
     * @param sockets makes the sockets from which this node calls
     */
    NettyTransport(TransportOptions options, TransportListener listener, ChannelFactory<NioSocketChannel> sockets) {
        this.options = options;
        this.listener = new Told(listener);
        this.sockets = sockets;
        this.timing = Timing.of(options.electionTimeoutNanos());
    }

    private record Running(EventLoop loop, Thread thread, Lookup lookup, Channel server, int port) {}

    @Override
    public synchronized void start() throws IOException {
        if (running != null || closed) {
            throw new IllegalStateException("the transport of " + options.node() + " was started or closed before");
        }
        InetSocketAddress address = new InetSocketAddress(listenAddress(), options.port());
        Thread[] thread = new Thread[1];
        // A loop without a group: a group would start Netty's GlobalEventExecutor when it ends.
        EventLoop loop = new SingleThreadIoEventLoop(
                null,
                task -> {
                    thread[0] = new FastThreadLocalThread(task, "ngrid-" + options.node() + "-io");
                    thread[0].setDaemon(true);
                    return thread[0];
                },
                NioIoHandler.newFactory());
        Lookup lookup = new Lookup(options.node().value());
        ChannelFuture bound = server(loop).bind(address).awaitUninterruptibly();
        Running started = new Running(
                loop,
                thread[0],
                lookup,
                bound.channel(),
                bound.isSuccess() ? ((InetSocketAddress) bound.channel().localAddress()).getPort() : 0);
        if (!bound.isSuccess()) {
            end(started);
            throw new IOException(
                    "%s cannot listen on %s: %s; stop whatever uses that port, or set another host and port"
                            .formatted(
                                    options.node(),
                                    Dialer.address(options.host(), options.port()),
                                    bound.cause().getMessage()),
                    bound.cause());
        }
        running = started;
        Local local = new Local(options, started.port(), UUID.randomUUID(), timing, loop);
        Mesh made = new Mesh(
                local,
                new SplittableRandom(),
                listener,
                dialer -> dial(started, dialer),
                neighbour -> dialBulk(started, neighbour));
        mesh = made;
        loop.execute(() -> {
            made.start();
            bound.channel().config().setAutoRead(true);
        });
        loop.scheduleWithFixedDelay(
                () -> guardedTick(made), timing.tickNanos(), timing.tickNanos(), TimeUnit.NANOSECONDS);
        LOG.info("node={} address={}:{} state=listening", options.node(), options.host(), started.port());
    }

    private InetAddress listenAddress() throws IOException {
        try {
            return InetAddress.getByName(options.host());
        } catch (UnknownHostException e) {
            throw new IOException(
                    "%s cannot listen on %s: no address is known for that host; set host to one of this machine"
                            .formatted(options.node(), Dialer.address(options.host(), options.port())),
                    e);
        }
    }

    private ServerBootstrap server(EventLoop loop) {
        return new ServerBootstrap()
                .group(loop, loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 128)
                .option(ChannelOption.AUTO_READ, false) // nobody is accepted before there is a mesh
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.AUTO_READ, true)
                .childHandler(new Opening(null, null));
    }

    private void dial(Running run, Dialer dialer) {
        run.lookup()
                .find(dialer.host(), dialer.port())
                .whenComplete((address, failure) -> run.loop().execute(() -> {
                    if (failure == null) {
                        connect(run, address, new Opening(dialer, null), dialer::ended);
                    } else {
                        LOG.debug("cannot resolve {}", dialer.address(), failure);
                        dialer.ended();
                    }
                }));
    }

    /** At the address at which the open connection found it, or, if it called, at the one that it told. */
    private void dialBulk(Running run, Neighbour neighbour) {
        Connection open = neighbour.open();
        Dialer dialer = open == null ? null : open.dialer();
        String host = dialer == null ? neighbour.info().host() : dialer.host();
        int port = dialer == null ? neighbour.info().port() : dialer.port();
        Runnable failed = () -> {
            Mesh known = mesh;
            if (known != null) {
                known.bulkFailed(neighbour);
            }
        };
        run.lookup()
                .find(host, port)
                .whenComplete((address, failure) -> run.loop().execute(() -> {
                    if (failure == null) {
                        connect(run, address, new Opening(null, neighbour), failed);
                    } else {
                        failed.run();
                    }
                }));
    }

    private void connect(Running run, InetSocketAddress address, Opening opening, Runnable failed) {
        NioSocketChannel socket;
        try {
            socket = sockets.newChannel();
        } catch (ChannelException e) { // no descriptor left; from a Bootstrap that would come on another thread
            LOG.debug("cannot make a socket to connect to {}: {}", address, e.getMessage());
            failed.run();
            return;
        }
        new Bootstrap()
                .group(run.loop())
                .disableResolver() // it would start the GlobalEventExecutor, and resolve on the I/O thread
                .channelFactory(() -> socket)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        TimeUnit.NANOSECONDS.toMillis(timing.handshakeNanos()))
                .handler(opening)
                .connect(address)
                .addListener((ChannelFutureListener) future -> {
                    if (!future.isSuccess()) {
                        LOG.debug(
                                "cannot connect to {}: {}",
                                address,
                                future.cause().getMessage());
                        failed.run();
                    }
                });
    }

    /** Puts a connection's handlers in place. */
    private final class Opening extends ChannelInitializer<Channel> {
        private final @Nullable Dialer dialer;
        private final @Nullable Neighbour bulkTo;

        Opening(@Nullable Dialer dialer, @Nullable Neighbour bulkTo) {
            this.dialer = dialer;
            this.bulkTo = bulkTo;
        }

        @Override
        protected void initChannel(Channel channel) {
            Mesh owner = mesh;
            if (owner == null) {
                throw new IllegalStateException("a connection before there is a mesh");
            }
            FrameDecoder decoder = new FrameDecoder();
            channel.pipeline().addLast(decoder, new Connection(owner, channel, decoder, dialer, bulkTo));
        }
    }

    @SuppressWarnings("CatchAndPrintStackTrace")
    private static void guardedTick(Mesh mesh) {
        try {
            mesh.tick();
        } catch (RuntimeException e) { // a periodic task that throws is never run again [H21]
            LOG.error("the transport's tick failed", e);
        }
    }

    @Override
    public synchronized int port() {
        if (running == null) {
            throw new IllegalStateException("the transport of " + options.node() + " is not started");
        }
        return running.port();
    }

    @Override
    public boolean send(NodeId to, Message message) {
        Mesh known = mesh;
        return known != null && known.send(to, message);
    }

    @Override
    public List<PeerStatus> peers() {
        List<PeerStatus> peers = new ArrayList<>();
        Mesh known = mesh;
        if (known != null) {
            known.neighbours().forEach(neighbour -> peers.add(neighbour.status()));
        }
        return peers;
    }

    @Override
    public void reconnect() {
        onLoop(Mesh::reconnect);
    }

    /** Number of TCP connections, whatever their stage; for tests. */
    int connections() {
        Mesh known = mesh;
        Running run;
        synchronized (this) {
            run = running;
        }
        return known == null || run == null
                ? 0
                : run.loop().submit(known::connections).awaitUninterruptibly().getNow();
    }

    private synchronized void onLoop(java.util.function.Consumer<Mesh> action) {
        Mesh known = mesh;
        if (running != null && known != null && !closed) {
            running.loop().execute(() -> action.accept(known));
        }
    }

    @Override
    public void close() {
        Running run;
        synchronized (this) {
            run = closed ? null : running;
            closed = true;
        }
        Mesh known = mesh;
        if (run == null) {
            return;
        }
        if (run.loop().inEventLoop()) {
            throw new IllegalStateException("a transport cannot be closed on its own I/O thread");
        }
        if (known != null) {
            try {
                run.loop().submit(known::close).awaitUninterruptibly();
            } catch (RejectedExecutionException e) {
                LOG.debug("the I/O thread has ended already", e);
            }
        }
        end(run);
        LOG.info("node={} state=closed", options.node());
    }

    private static void end(Running run) {
        run.server().close().awaitUninterruptibly(); // left to the loop's own end, it now and then stayed open
        run.loop().shutdownGracefully(0, 5, TimeUnit.SECONDS);
        run.lookup().close();
        if (!Threads.ended(run.thread(), CLOSE_SECONDS)) {
            LOG.warn("thread {} has not ended within {} s", run.thread().getName(), CLOSE_SECONDS);
        }
    }
}
