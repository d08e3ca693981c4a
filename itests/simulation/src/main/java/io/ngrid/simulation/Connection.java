package io.ngrid.simulation;

import io.ngrid.node.client.ClientCodec;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.ClientRequest;
import io.ngrid.spi.message.ClientResponse;
import io.ngrid.spi.message.LogEntries;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.message.SnapshotAck;
import io.ngrid.spi.message.SnapshotChunk;
import io.ngrid.spi.transport.Peer;
import io.ngrid.spi.transport.Refusal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A connection between two starts of two nodes, seen from both ends. */
final class Connection {
    private static final int OVERHEAD = 64;

    private record Parcel(Message message, long departs, long arrives, int size) {}

    /** One end: what its node knows of the connection, and what it has sent that is under way. */
    final class End {
        final Endpoint owner;
        final Peer peer;
        private final Line line;
        private final Deque<Parcel> outgoing = new ArrayDeque<>();
        private long outgoingBytes;
        private long lastArrival;
        private long lastPieceArrival;
        private long diedAt = Long.MAX_VALUE;
        private long pumpAt = Long.MAX_VALUE;

        boolean told;
        boolean closed;
        long lastRead;

        End(Endpoint owner, Endpoint other) {
            this.owner = owner;
            this.peer = other.shown();
            this.line = owner.network.line(owner.node(), other.node());
            this.lastRead = owner.network.time.now();
        }

        End other() {
            return this == first ? second : first;
        }

        Connection connection() {
            return Connection.this;
        }

        boolean send(Message message, long departs) {
            if (message instanceof SnapshotChunk || message instanceof SnapshotAck) {
                sendBeside(message, departs);
                return true;
            }
            int size = size(message);
            if (!network.hasRoom(outgoingBytes + size) && !outgoing.isEmpty()) {
                return false;
            }
            long arrives = Math.max(lastArrival + 1, departs + delay());
            lastArrival = arrives;
            outgoing.add(new Parcel(message, departs, arrives, size));
            outgoingBytes += size;
            pump();
            return true;
        }

        /** Snapshots have a connection of their own: in order among themselves; what a cut line holds back of them is lost. */
        private void sendBeside(Message message, long departs) {
            lastPieceArrival = Math.max(lastPieceArrival + 1, departs + delay());
            network.time.at(lastPieceArrival, () -> {
                if (!broken && !line.isCut() && other().told && departs <= diedAt) {
                    deliver(message);
                }
            });
        }

        long delay() {
            return network.time.random().nextLong(line.minDelayNanos, line.maxDelayNanos + 1);
        }

        private void pump() {
            Parcel head = outgoing.peek();
            if (head != null && !broken && !line.isCut() && pumpAt == Long.MAX_VALUE) {
                pumpAt = Math.max(head.arrives, network.time.now());
                network.time.at(pumpAt, this::arrive);
            }
        }

        /** The line is as fast as usual again: what was sent while it was slow arrives as if sent now. */
        private void hurry() {
            List<Parcel> late = List.copyOf(outgoing);
            outgoing.clear();
            lastArrival = network.time.now();
            for (Parcel parcel : late) {
                lastArrival = Math.min(Math.max(parcel.arrives, lastArrival + 1), Math.max(lastArrival + 1, soon()));
                outgoing.add(new Parcel(parcel.message, parcel.departs, lastArrival, parcel.size));
            }
            pumpAt = Long.MAX_VALUE;
            pump();
            network.time.at(soon(), this::tell);
        }

        private long soon() {
            return network.time.now() + delay();
        }

        private void arrive() {
            if (network.time.now() != pumpAt) {
                return; // it arrived earlier than it was to
            }
            pumpAt = Long.MAX_VALUE;
            if (broken || line.isCut()) {
                return; // held back, or lost with the connection
            }
            if (!other().told) {
                pumpAt = network.time.now() + 100_000;
                network.time.at(pumpAt, this::arrive);
                return;
            }
            Parcel head = outgoing.peek();
            if (head != null
                    && head.message instanceof LogEntries answer
                    && network.lateAnswers.holds(owner.node(), other().owner.node(), answer)) {
                return;
            }
            Parcel parcel = outgoing.poll();
            if (parcel == null) {
                return; // its sender has died before it left
            }
            outgoingBytes -= parcel.size;
            boolean fragile = VirtualNetwork.mayBeLost(parcel.message);
            if (!fragile || !happens(line.lost)) {
                deliver(parcel.message);
            }
            ClientRequest again =
                    parcel.message instanceof ClientRequest request ? network.comesAgainBehind(request) : null;
            if (again != null) {
                deliver(again);
            }
            if (fragile && happens(line.repeated)) {
                network.time.after(0, 20_000_000, () -> {
                    if (!broken) {
                        deliver(parcel.message);
                    }
                });
            }
            pump();
        }

        private boolean happens(int ofAMillion) {
            return ofAMillion > 0 && network.time.random().nextInt(1_000_000) < ofAMillion;
        }

        private void deliver(Message message) {
            End to = other();
            Member from = to.peer.member();
            network.trace.detail(
                    to.owner.number() * 31L + owner.number(),
                    () -> from.node() + " -> " + to.owner.node() + " " + shown(message));
            to.owner.hear(() -> {
                if (!to.closed) {
                    to.lastRead = network.time.now();
                    to.owner.listener.received(from, message);
                }
            });
        }

        /** What this end has sent before its node died, but not what it was about to send. */
        void lastWords(long now) {
            diedAt = now;
            outgoing.removeIf(parcel -> parcel.departs > diedAt);
        }

        /** Its node learns that the connection is open. */
        void tell() {
            if (!broken && !told && owner.isAlive()) {
                told = true;
                End before = owner.ends.put(peer.info().id(), this);
                if (before != null) {
                    before.close(); // it had not noticed yet
                }
                owner.resolve(peer);
                owner.hear(() -> owner.listener.connected(peer));
            }
        }

        /** Its node learns that the connection is gone. */
        void close() {
            if (!closed) {
                closed = true;
                owner.ends.remove(peer.info().id(), this);
                if (told && owner.isAlive()) {
                    Member gone = peer.member();
                    owner.hear(() -> owner.listener.disconnected(gone));
                }
            }
        }
    }

    private final VirtualNetwork network;
    final End first;
    final End second;
    private boolean broken;

    private Connection(Endpoint one, Endpoint other) {
        this.network = one.network;
        this.first = new End(one, other);
        this.second = new End(other, one);
    }

    /** Two nodes shake hands; if either refuses, both hear why. */
    static void open(Endpoint one, Endpoint other) {
        Refusal atOne = Handshakes.refusal(one, other);
        Refusal atOther = Handshakes.refusal(other, one);
        Refusal refusal = atOne != null ? atOne : atOther;
        if (refusal != null) { // the end that does not refuse is told the other's reason
            one.refused(refusal, other);
            other.refused(atOther != null ? atOther : refusal, one);
            return;
        }
        Connection connection = new Connection(one, other);
        one.opening(other.node(), connection);
        other.opening(one.node(), connection);
        VirtualTime time = one.network.time;
        long start = time.now() + connection.first.delay() + connection.second.delay();
        time.at(start, connection.first::tell);
        time.at(start + connection.first.delay(), connection.second::tell);
        one.network.trace.note("connected " + one.node() + " " + other.node());
    }

    End of(Endpoint owner) {
        return owner == first.owner ? first : second;
    }

    boolean isWhole() {
        return !broken && !first.closed && !second.closed;
    }

    void pump() {
        first.pump();
        second.pump();
    }

    void hurry() {
        if (!broken) {
            first.hurry();
            second.hurry();
        }
    }

    /** It breaks; both ends learn of it soon, or by silence if the line to them is cut. */
    void sever(String why) {
        broken("connection " + first.owner.node() + " " + second.owner.node() + " " + why);
        learn(first);
        learn(second);
    }

    /** One end closes it. */
    void close(End by, String why) {
        broken(by.owner.node() + " closes the connection to " + by.peer.info().id() + ": " + why);
        by.close();
        learn(by.other());
    }

    /** One end's node died. */
    void died(End of, boolean tells) {
        if (!broken) {
            of.lastWords(network.time.now());
            if (tells) {
                // what has left still arrives, then the end
                long last = of.outgoing.isEmpty() ? network.time.now() : of.outgoing.getLast().arrives;
                network.time.at(last + of.delay(), () -> {
                    if (!broken) {
                        broken("connection of dead " + of.owner.node() + " to "
                                + of.peer.info().id());
                        learn(of.other());
                    }
                });
            } else {
                broken("connection of powerless " + of.owner.node() + " to "
                        + of.peer.info().id());
                // only silence tells the other end; see Endpoint.dropSilent
            }
        }
        of.closed = true;
    }

    private void broken(String what) {
        if (!broken) {
            broken = true;
            first.outgoing.clear();
            second.outgoing.clear();
            network.trace.note(what);
        }
    }

    private void learn(End end) {
        if (!end.other().line.isCut()) {
            network.time.after(50_000, 2_000_000, end::close);
        }
    }

    private static String shown(Message message) {
        if (message instanceof ClientRequest request) {
            return withoutAddresses(ClientCodec.decodeRequest(request.body()).toString());
        }
        if (message instanceof ClientResponse response) {
            return withoutAddresses(ClientCodec.decodeResponse(response.body()).toString());
        }
        return message.toString();
    }

    /** Arrays show where they are in memory, and that differs from run to run. */
    private static String withoutAddresses(String text) {
        return text.replaceAll("\\[B@[0-9a-f]+", "bytes");
    }

    private static int size(Message message) {
        int size = OVERHEAD;
        if (message instanceof ReplicationRequest request) {
            for (var entry : request.entries()) {
                size += entry.size();
            }
        } else if (message instanceof ClientRequest request) {
            size += request.body().length;
        } else if (message instanceof ClientResponse response) {
            size += response.body().length;
        }
        return size;
    }
}
