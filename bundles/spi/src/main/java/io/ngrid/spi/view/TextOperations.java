package io.ngrid.spi.view;

import io.ngrid.api.Codecs;
import io.ngrid.api.ConfigurationException;
import io.ngrid.api.DistributedMap;
import io.ngrid.api.DistributedQueue;
import io.ngrid.api.MapSettings;
import io.ngrid.api.NGridNode;
import io.ngrid.api.QueueSettings;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Elements of queues and entries of maps as text, for people: management and shell. Text is written with the codecs
 * {@code string} and {@code bytes} only; what another codec wrote is shown as hexadecimal digits after {@code 0x}.
 *
 * <p>The operations wait for the cluster and throw as those of {@link DistributedQueue} and {@link DistributedMap} do, and
 * {@link ConfigurationException} for a queue or map that does not exist, or whose codec does not take text.
 *
 * @param node the node that operations are made on
 */
public record TextOperations(NGridNode node) {
    private static final String STRING = "string";
    private static final String BYTES = "bytes";
    private static final String HEX = "0x";

    /**
     * Appends a text to a queue.
     *
     * @param queue name of the queue
     * @param text the element
     * @return false if the queue is full
     */
    public boolean offer(String queue, String text) {
        QueueSettings settings = queueSettings(queue);
        writable("queue " + queue, settings.codec());
        return open(settings).offer(encode(text));
    }

    /**
     * Takes the head of a queue.
     *
     * @param queue name of the queue
     * @return the element, or null if the queue is empty
     */
    public @Nullable String poll(String queue) {
        QueueSettings settings = queueSettings(queue);
        return show(settings.codec(), open(settings).poll());
    }

    /**
     * The head of a queue, without taking it.
     *
     * @param queue name of the queue
     * @return the element, or null if the queue is empty
     */
    public @Nullable String peek(String queue) {
        QueueSettings settings = queueSettings(queue);
        return show(settings.codec(), open(settings).peek());
    }

    /**
     * Elements of a queue from a position counted from the head, without taking them.
     *
     * @param queue name of the queue
     * @param offset how many to pass over, from 0
     * @param max how many to return at most, 1 to 10,000
     * @return the elements in their order
     */
    public List<String> browse(String queue, long offset, int max) {
        QueueSettings settings = queueSettings(queue);
        return open(settings).browse(offset, max).stream()
                .map(body -> text(settings.codec(), body))
                .toList();
    }

    /**
     * A value of a map.
     *
     * @param map name of the map
     * @param key the key; for codecs other than {@code string} and {@code bytes} as shown by {@link #keys}
     * @return the value, or null
     */
    public @Nullable String get(String map, String key) {
        MapSettings settings = mapSettings(map);
        return show(settings.valueCodec(), open(settings).get(key(settings, key)));
    }

    /**
     * Puts a value.
     *
     * @param map name of the map
     * @param key the key
     * @param value the value
     * @return the previous value, or null
     */
    public @Nullable String put(String map, String key, String value) {
        MapSettings settings = mapSettings(map);
        writable("map " + map + ", for its keys,", settings.keyCodec());
        writable("map " + map + ", for its values,", settings.valueCodec());
        return show(settings.valueCodec(), open(settings).put(encode(key), encode(value)));
    }

    /**
     * Removes a value.
     *
     * @param map name of the map
     * @param key the key
     * @return the removed value, or null
     */
    public @Nullable String remove(String map, String key) {
        MapSettings settings = mapSettings(map);
        writable("map " + map + ", for its keys,", settings.keyCodec());
        return show(settings.valueCodec(), open(settings).remove(encode(key)));
    }

    /**
     * Keys of a map.
     *
     * @param map name of the map
     * @param max how many at most
     * @return the keys
     */
    public List<String> keys(String map, int max) {
        MapSettings settings = mapSettings(map);
        return open(settings).keySet().stream()
                .limit(max)
                .map(key -> text(settings.keyCodec(), key))
                .toList();
    }

    private DistributedQueue<byte[]> open(QueueSettings settings) {
        return node.queue(settings, Codecs.bytes());
    }

    private DistributedMap<byte[], byte[]> open(MapSettings settings) {
        return node.map(settings, Codecs.bytes(), Codecs.bytes());
    }

    private QueueSettings queueSettings(String name) {
        return named("queue", name, node.queues(), QueueSettings::name);
    }

    private MapSettings mapSettings(String name) {
        return named("map", name, node.maps(), MapSettings::name);
    }

    private static <S> S named(String what, String name, List<S> all, Function<S, String> nameOf) {
        for (S settings : all) {
            if (nameOf.apply(settings).equals(name)) {
                return settings;
            }
        }
        throw new ConfigurationException("there is no " + what + " named '" + name + "' here; there are: "
                + String.join(", ", all.stream().map(nameOf).toList()));
    }

    private static void writable(String what, String codec) {
        if (!isText(codec)) {
            throw new ConfigurationException(
                    what + " has codec " + codec + "; text can be written with the codecs string and bytes only");
        }
    }

    private static boolean isText(String codec) {
        return codec.equals(STRING) || codec.equals(BYTES);
    }

    private static byte[] encode(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] key(MapSettings settings, String key) {
        if (isText(settings.keyCodec())) {
            return encode(key);
        }
        try {
            return HexFormat.of().parseHex(key.startsWith(HEX) ? key.substring(HEX.length()) : key);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "map " + settings.name() + " has key codec " + settings.keyCodec()
                            + "; give its keys as hexadecimal digits, as in 0x0142",
                    e);
        }
    }

    private static @Nullable String show(String codec, byte @Nullable [] body) {
        return body == null ? null : text(codec, body);
    }

    /** A codec of bytes may hold anything: it is shown as text only if it is. */
    private static String text(String codec, byte[] body) {
        if (isText(codec)) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(body))
                        .toString();
            } catch (CharacterCodingException e) {
                return hex(body);
            }
        }
        return hex(body);
    }

    private static String hex(byte[] body) {
        return HEX + HexFormat.of().formatHex(body);
    }
}
