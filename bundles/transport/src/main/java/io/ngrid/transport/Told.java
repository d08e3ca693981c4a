package io.ngrid.transport;

import io.ngrid.api.PeerAddress;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.transport.Peer;
import io.ngrid.spi.transport.Refusal;
import io.ngrid.spi.transport.TransportListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's listener, whose failures must not reach the I/O thread [H21]. */
final class Told implements TransportListener {
    private static final Logger LOG = LoggerFactory.getLogger(Told.class);

    private final TransportListener listener;

    Told(TransportListener listener) {
        this.listener = listener;
    }

    @Override
    public void connected(Peer peer) {
        guarded(() -> listener.connected(peer));
    }

    @Override
    public void disconnected(Member peer) {
        guarded(() -> listener.disconnected(peer));
    }

    @Override
    public void received(Member from, Message message) {
        guarded(() -> listener.received(from, message));
    }

    @Override
    public void resolved(PeerAddress address, Member member) {
        guarded(() -> listener.resolved(address, member));
    }

    @Override
    public void refused(Refusal refusal) {
        LOG.warn(
                "connection refused kind={} address={} node={}: {}",
                refusal.kind(),
                refusal.address(),
                refusal.node(),
                refusal.message());
        guarded(() -> listener.refused(refusal));
    }

    private static void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOG.error("the transport's listener failed; it must not throw", e);
        }
    }
}
