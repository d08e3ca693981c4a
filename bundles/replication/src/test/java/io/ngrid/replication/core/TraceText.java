package io.ngrid.replication.core;

import io.ngrid.spi.EntryKind;
import io.ngrid.spi.LogEntry;
import io.ngrid.spi.message.ReplicationAck;
import io.ngrid.spi.message.ReplicationRequest;
import io.ngrid.spi.replication.ReplicationEffect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** What a core decides, as a line of a trace. */
final class TraceText {
    private TraceText() {}

    static String of(SimNode node, ReplicationEffect effect) {
        return "  " + node + " " + of(effect);
    }

    private static String of(ReplicationEffect effect) {
        if (effect instanceof ReplicationEffect.Append append) {
            return "appends " + entries(append.entries());
        } else if (effect instanceof ReplicationEffect.Truncate cut) {
            return "cuts its log from " + cut.fromIndex();
        } else if (effect instanceof ReplicationEffect.Send send) {
            return "-> " + send.to() + ": " + message(send.message());
        } else if (effect instanceof ReplicationEffect.Committed committed) {
            return "commits " + committed.index();
        } else if (effect instanceof ReplicationEffect.Answerable answerable) {
            return "may answer " + answerable.index();
        } else if (effect instanceof ReplicationEffect.Releasable releasable) {
            return "may compact " + releasable.index();
        }
        return effect.toString();
    }

    private static String message(Object message) {
        if (message instanceof ReplicationRequest request) {
            return "entries? epoch " + request.epoch() + ", behind " + request.previous() + ", commit "
                    + request.commitIndex() + ": " + entries(request.entries());
        } else if (message instanceof ReplicationAck ack) {
            return ack.accepted()
                    ? "has " + ack.index() + ", epoch " + ack.epoch()
                    : "lacks " + ack.requestIndex() + ", try " + ack.index() + ", epoch " + ack.epoch();
        }
        return message.toString();
    }

    private static String entries(List<LogEntry> entries) {
        return entries.stream().map(TraceText::entry).collect(Collectors.joining(" ", "[", "]"));
    }

    private static String entry(LogEntry entry) {
        String what = entry.kind() == EntryKind.COMMAND
                ? new String(entry.payload(), StandardCharsets.UTF_8)
                : entry.kind().toString();
        return entry.position() + "=" + what;
    }
}
