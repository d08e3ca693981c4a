package io.ngrid.node.state;

import io.ngrid.node.state.Result.Reason;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Answers reads from a state. Elements are found by their position in O(1); a page of a map costs O(log n) and its own
 * length.
 */
final class QueryAnswers {
    /** Most elements or entries in an answer, whatever the query asks for. */
    static final int MAX_ANSWER = 10_000;

    /** A page ends with the entry that reaches so many bytes of keys and values. */
    static final int PAGE_BYTES = 1 << 20;

    private QueryAnswers() {}

    static Answer answer(GridState state, Query query) {
        if (query instanceof Query.Get get) {
            MapState map = state.maps().get(get.map()).getOrNull();
            return map == null ? unknownMap(get.map()) : value(map, get.key());
        } else if (query instanceof Query.QueueSize size) {
            QueueState queue = state.queues().get(size.queue()).getOrNull();
            return queue == null ? unknownQueue(size.queue()) : new Answer.Count(queue.size());
        } else if (query instanceof Query.Browse browse) {
            QueueState queue = state.queues().get(browse.queue()).getOrNull();
            return queue == null ? unknownQueue(browse.queue()) : browse(queue, browse);
        } else if (query instanceof Query.BrowseFrom browse) {
            QueueState queue = state.queues().get(browse.queue()).getOrNull();
            return queue == null ? unknownQueue(browse.queue()) : from(queue, browse.sequence(), browse.max());
        } else if (query instanceof Query.QueueInfo info) {
            QueueState queue = state.queues().get(info.queue()).getOrNull();
            return queue == null ? unknownQueue(info.queue()) : new Answer.Queue(queue.settings(), queue.size());
        } else if (query instanceof Query.MapSize size) {
            MapState map = state.maps().get(size.map()).getOrNull();
            return map == null
                    ? unknownMap(size.map())
                    : new Answer.Count(map.entries().size());
        }
        Query.MapPage page = (Query.MapPage) query;
        MapState map = state.maps().get(page.map()).getOrNull();
        return map == null ? unknownMap(page.map()) : page(map, page);
    }

    private static Answer value(MapState map, byte[] key) {
        Versioned value = map.entries().get(new Key(key));
        return value == null ? new Answer.Value(null, 0) : new Answer.Value(value.value(), value.version());
    }

    private static Answer browse(QueueState queue, Query.Browse browse) {
        if (browse.offset() < 0) {
            return bad("an offset of " + browse.offset());
        }
        return from(queue, queue.head() + Math.min(browse.offset(), queue.size()), browse.max());
    }

    private static Answer from(QueueState queue, long sequence, int max) {
        if (max < 1) {
            return bad("at most " + max + " elements");
        }
        long first = Math.min(Math.max(sequence, queue.head()), queue.tail());
        long count = Math.min(queue.tail() - first, Math.min(max, MAX_ANSWER));
        return new Answer.Elements(queue.created(), Run.of(first, count));
    }

    private static Answer page(MapState map, Query.MapPage page) {
        if (page.max() < 1) {
            return bad("a page of " + page.max() + " entries");
        }
        byte[] after = page.after();
        Iterator<Map.Entry<Key, Versioned>> entries = map.entries().after(after == null ? null : new Key(after));
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> values = new ArrayList<>();
        List<Long> versions = new ArrayList<>();
        long bytes = 0;
        while (entries.hasNext() && keys.size() < Math.min(page.max(), MAX_ANSWER) && bytes < PAGE_BYTES) {
            Map.Entry<Key, Versioned> entry = entries.next();
            keys.add(entry.getKey().bytes());
            values.add(entry.getValue().value());
            versions.add(entry.getValue().version());
            bytes += entry.getKey().length() + entry.getValue().value().length;
        }
        return new Answer.Page(keys, values, versions);
    }

    private static Answer unknownQueue(String name) {
        return new Answer.Failed(Reason.UNKNOWN_NAME, Refusal.unknownQueue(name));
    }

    private static Answer unknownMap(String name) {
        return new Answer.Failed(Reason.UNKNOWN_NAME, Refusal.unknownMap(name));
    }

    private static Answer bad(String what) {
        return new Answer.Failed(Reason.BAD_COMMAND, what);
    }
}
