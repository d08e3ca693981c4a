package io.ngrid.node.state;

import io.ngrid.api.MapSettings;
import io.ngrid.api.QueueSettings;
import io.ngrid.spi.Configuration;
import io.ngrid.spi.Member;
import io.ngrid.spi.StorageId;
import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.Set;
import io.vavr.collection.TreeMap;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a {@link GridState} in a checkpoint: u8 format, then blocks, each of an i32 length and so many bytes. A header
 * block says how many queues, maps, sessions and ended sessions follow; a map's block is followed by one block an entry, a
 * session's by one a result. Equal states have equal bytes.
 */
public final class StateCodec {
    private static final int FORMAT = 3;

    /** Reads so much at once, so that a wrong length allocates no more than is there. */
    private static final int CHUNK = 1 << 16;

    private StateCodec() {}

    /**
     * Writes a state.
     *
     * @param state the state
     * @param out where to
     * @throws IOException from {@code out}
     */
    public static void write(GridState state, DataOutput out) throws IOException {
        out.writeByte(FORMAT);
        block(out, ByteWriter.encode(header -> {
            header.varint(state.appliedIndex());
            header.varint(state.appliedEpoch());
            header.varint(state.time());
            configuration(header, state.configuration());
            configuration(header, state.formation());
            header.bool(state.used());
            header.fixed(state.hash());
            header.varint(state.queues().size());
            header.varint(state.maps().size());
            header.varint(state.sessions().size());
            header.varint(state.ended().size());
        }));
        for (QueueState queue : state.queues().values()) {
            writeQueue(out, queue);
        }
        for (MapState map : state.maps().values()) {
            writeMap(out, map);
        }
        for (var session : state.sessions().toSortedMap(entry -> entry)) {
            writeSession(out, session._1, session._2);
        }
        for (var ended : state.ended().toSortedMap(entry -> entry)) {
            block(out, ByteWriter.encode(block -> {
                block.uuid(ended._1);
                block.uuid(ended._2.storage().value());
                block.varint(ended._2.start());
            }));
        }
    }

    /**
     * Reads a state.
     *
     * @param in what {@link #write} wrote
     * @return the state
     * @throws IOException from {@code in}
     * @throws IllegalArgumentException if it is malformed
     */
    public static GridState read(DataInput in) throws IOException {
        int format = in.readUnsignedByte();
        if (format != FORMAT) {
            throw new IllegalArgumentException("state has format " + format + ", expected " + FORMAT);
        }
        ByteReader header = block(in);
        long index = header.varint();
        long epoch = header.varint();
        long time = header.varint();
        Configuration latest = configuration(header);
        Configuration formation = configuration(header);
        boolean used = header.bool();
        long hash = header.fixed();
        long queueCount = header.varint();
        long mapCount = header.varint();
        long sessionCount = header.varint();
        long endedCount = header.varint();
        header.end();
        Map<String, QueueState> queues = TreeMap.empty();
        for (long i = 0; i < queueCount; i++) {
            QueueState queue = readQueue(block(in));
            queues = queues.put(queue.settings().name(), queue);
        }
        Map<String, MapState> maps = TreeMap.empty();
        for (long i = 0; i < mapCount; i++) {
            MapState map = readMap(in);
            maps = maps.put(map.settings().name(), map);
        }
        Map<UUID, SessionState> sessions = HashMap.empty();
        for (long i = 0; i < sessionCount; i++) {
            sessions = readSession(in, sessions);
        }
        Map<UUID, Ended> ended = HashMap.empty();
        for (long i = 0; i < endedCount; i++) {
            ByteReader block = block(in);
            ended = ended.put(block.uuid(), new Ended(new StorageId(block.uuid()), block.varint()));
            block.end();
        }
        return new GridState(index, epoch, time, latest, formation, queues, maps, sessions, ended, used, hash);
    }

    private static void configuration(ByteWriter out, @Nullable Configuration configuration) {
        out.optionalBytes(configuration == null ? null : configuration.encode());
    }

    private static @Nullable Configuration configuration(ByteReader in) {
        byte[] encoded = in.optionalBytes();
        return encoded == null ? null : Configuration.decode(encoded);
    }

    private static void writeQueue(DataOutput out, QueueState queue) throws IOException {
        block(out, ByteWriter.encode(block -> {
            block.varint(queue.created());
            SettingsCodec.write(block, queue.settings());
            block.varint(queue.head());
            block.varint(queue.tail());
            block.varint(queue.offered());
            block.varint(queue.polled());
        }));
    }

    private static QueueState readQueue(ByteReader block) {
        long created = block.varint();
        QueueSettings settings = SettingsCodec.readQueue(block);
        long head = block.varint();
        long tail = block.varint();
        long offered = block.varint();
        long polled = block.varint();
        block.end();
        try {
            return new QueueState(created, settings, head, tail, offered, polled);
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static void writeMap(DataOutput out, MapState map) throws IOException {
        block(out, ByteWriter.encode(block -> {
            block.varint(map.created());
            SettingsCodec.write(block, map.settings());
            block.varint(map.puts());
            block.varint(map.removes());
            block.varint(map.entries().size());
        }));
        for (var entry : map.entries()) {
            block(out, ByteWriter.encode(block -> {
                block.bytes(entry.getKey().bytes());
                block.bytes(entry.getValue().value());
                block.varint(entry.getValue().version());
            }));
        }
    }

    private static MapState readMap(DataInput in) throws IOException {
        ByteReader header = block(in);
        long created = header.varint();
        MapSettings settings = SettingsCodec.readMap(header);
        long puts = header.varint();
        long removes = header.varint();
        long count = header.varint();
        header.end();
        OrderedMap<Key, Versioned> entries = OrderedMap.empty();
        long bytes = 0;
        for (long i = 0; i < count; i++) {
            ByteReader block = block(in);
            Key key = new Key(block.bytes());
            Versioned value = new Versioned(block.bytes(), block.varint());
            block.end();
            entries = entries.put(key, value);
            bytes += key.length() + value.value().length;
        }
        return new MapState(created, settings, entries, bytes, puts, removes);
    }

    private static void writeSession(DataOutput out, UUID id, SessionState session) throws IOException {
        block(out, ByteWriter.encode(block -> {
            block.uuid(id);
            SettingsCodec.write(block, session.owner());
            block.varint(session.start());
            block.varint(session.floor());
            block.longs(session.closed().toSortedSet().toJavaList());
            block.varint(session.results().size());
        }));
        for (var result : session.results().toSortedMap(entry -> entry)) {
            block(out, ByteWriter.encode(block -> {
                block.varint(result._1);
                ResultCodec.write(block, result._2);
            }));
        }
    }

    private static Map<UUID, SessionState> readSession(DataInput in, Map<UUID, SessionState> sessions)
            throws IOException {
        ByteReader header = block(in);
        UUID id = header.uuid();
        Member owner = SettingsCodec.readMember(header);
        long start = header.varint();
        long floor = header.sequence();
        Set<Long> closed = HashSet.ofAll(header.sequences());
        long count = header.varint();
        header.end();
        Map<Long, Result> results = HashMap.empty();
        for (long i = 0; i < count; i++) {
            ByteReader block = block(in);
            results = results.put(block.sequence(), ResultCodec.read(block));
            block.end();
        }
        return sessions.put(id, SessionState.of(owner, start, floor, closed, results));
    }

    private static void block(DataOutput out, byte[] content) throws IOException {
        out.writeInt(content.length);
        out.write(content);
    }

    private static ByteReader block(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            throw new IllegalArgumentException("a block of the state has a length of " + length);
        }
        if (length <= CHUNK) {
            byte[] content = new byte[length];
            in.readFully(content);
            return new ByteReader(content);
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream(CHUNK);
        byte[] chunk = new byte[CHUNK];
        for (int left = length; left > 0; left -= chunk.length) {
            int part = Math.min(left, chunk.length);
            in.readFully(chunk, 0, part);
            content.write(chunk, 0, part);
        }
        return new ByteReader(content.toByteArray());
    }
}
