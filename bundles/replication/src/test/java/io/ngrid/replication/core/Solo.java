package io.ngrid.replication.core;

import io.ngrid.spi.Configuration;
import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.LogPosition;
import io.ngrid.spi.Member;
import io.ngrid.spi.message.Message;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.replication.ReplicationEffect;
import io.ngrid.spi.replication.ReplicationEvent;
import io.ngrid.spi.replication.ReplicationEvent.Proposal;
import io.ngrid.spi.replication.ReplicationOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One core, node-1 of three, with a log; the test plays the others. */
final class Solo {
    static final Member SELF = SimCluster.member(1);
    static final Member TWO = SimCluster.member(2);
    static final Member THREE = SimCluster.member(3);
    static final long RETRY = SimCluster.RETRY_NANOS;
    static final long LAG = 6_400;
    static final long PATIENCE = 5 * RETRY;

    final ModelLog log;
    final ReplicationCore core;
    long now;

    /** A log whose entries have these epochs, the first one being that of the formation. */
    Solo(long... epochs) {
        this(0, 1 << 20, 8 << 20, entries(epochs));
    }

    Solo(long applied, int maxBatchBytes, long maxInFlightBytes, List<LogEntry> entries) {
        log = new ModelLog(entries);
        long last = log.last().index();
        core = new ReplicationCore(
                new ReplicationOptions(
                        SELF,
                        SimCluster.configuration(3, 0),
                        List.of(),
                        applied,
                        log.entry(last).time(),
                        last,
                        maxBatchBytes,
                        maxInFlightBytes,
                        4 << 20,
                        LAG,
                        PATIENCE,
                        RETRY),
                log,
                now);
    }

    static ReplicationOptions options(
            Configuration configuration, List<LogEntry> configurations, long lastTime, long flushed) {
        return new ReplicationOptions(
                SELF,
                configuration,
                configurations,
                0,
                lastTime,
                flushed,
                1 << 20,
                8 << 20,
                4 << 20,
                LAG,
                PATIENCE,
                RETRY);
    }

    static List<LogEntry> entries(long... epochs) {
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < epochs.length; i++) {
            entries.add(entry(i + 1, epochs[i]));
        }
        return entries;
    }

    static LogEntry entry(long index, long epoch) {
        Configuration configuration = SimCluster.configuration(3, 0);
        return index == 1
                ? new LogEntry(1, 1, 0, EntryKind.CONFIGURATION, configuration.encode())
                : new LogEntry(index, epoch, index * 10, EntryKind.COMMAND, new byte[] {(byte) index, (byte) epoch});
    }

    static LogPosition at(long epoch, long index) {
        return new LogPosition(epoch, index);
    }

    List<ReplicationEffect> handle(ReplicationEvent event) {
        List<ReplicationEffect> effects = core.handle(event, now);
        for (ReplicationEffect effect : effects) {
            if (effect instanceof ReplicationEffect.Append append) {
                log.append(append.ticket(), append.entries());
            } else if (effect instanceof ReplicationEffect.Truncate truncate) {
                log.truncate(truncate.ticket(), truncate.fromIndex());
            }
        }
        return effects;
    }

    Solo follow(long epoch, Member leader) {
        handle(new ReplicationEvent.Follow(epoch, leader.node()));
        return this;
    }

    List<ReplicationEffect> lead(long epoch) {
        return handle(new ReplicationEvent.Lead(epoch));
    }

    List<ReplicationEffect> connect(Member... peers) {
        List<ReplicationEffect> effects = new ArrayList<>();
        for (Member peer : peers) {
            effects.addAll(handle(new ReplicationEvent.Connected(peer)));
        }
        return effects;
    }

    List<ReplicationEffect> request(long epoch, LogPosition previous, long commitIndex, LogEntry... entries) {
        return handle(new ReplicationEvent.Requested(
                TWO, new ReplicationRequest(epoch, previous, commitIndex, Arrays.asList(entries))));
    }

    List<ReplicationEffect> accept(Member from, long epoch, long index) {
        return handle(new ReplicationEvent.Acked(from, new ReplicationAck(epoch, from.storage(), true, index, 0)));
    }

    List<ReplicationEffect> reject(Member from, long epoch, long hint, long previousIndex) {
        return handle(new ReplicationEvent.Acked(
                from, new ReplicationAck(epoch, from.storage(), false, hint, previousIndex)));
    }

    List<ReplicationEffect> propose(int... sizes) {
        List<Proposal> proposals = new ArrayList<>();
        for (int size : sizes) {
            proposals.add(new Proposal(EntryKind.COMMAND, new byte[size]));
        }
        return handle(new ReplicationEvent.Proposed(proposals));
    }

    List<ReplicationEffect> flush() {
        return handle(new ReplicationEvent.Flushed(log.flush(Integer.MAX_VALUE)));
    }

    List<ReplicationEffect> tick() {
        return handle(new ReplicationEvent.Tick());
    }

    /** The messages among effects. */
    static List<Message> sent(List<ReplicationEffect> effects) {
        return effects.stream()
                .filter(ReplicationEffect.Send.class::isInstance)
                .map(effect -> ((ReplicationEffect.Send) effect).message())
                .toList();
    }

    static List<ReplicationRequest> requests(List<ReplicationEffect> effects, Member to) {
        return effects.stream()
                .filter(ReplicationEffect.Send.class::isInstance)
                .map(ReplicationEffect.Send.class::cast)
                .filter(send -> send.to().equals(to.node()))
                .map(send -> (ReplicationRequest) send.message())
                .toList();
    }
}
