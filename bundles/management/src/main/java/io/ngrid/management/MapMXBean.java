package io.ngrid.management;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A map of the cluster, as applied at this node. */
@Description("A map of the cluster, as applied at this node.")
public interface MapMXBean {
    /**
     * Name of the map.
     *
     * @return its value
     */
    @Description("Name of the map.")
    String getName();

    /**
     * How keys become bytes.
     *
     * @return its value
     */
    @Description("How keys become bytes.")
    String getKeyCodec();

    /**
     * How values become bytes.
     *
     * @return its value
     */
    @Description("How values become bytes.")
    String getValueCodec();

    /**
     * Entries in the map.
     *
     * @return its value
     */
    @Description(value = "Entries in the map.", unit = "entries")
    long getSize();

    /**
     * Size of its keys and values.
     *
     * @return its value
     */
    @Description(value = "Size of its keys and values.", unit = "bytes")
    long getBytes();

    /**
     * Puts since the map was created.
     *
     * @return its value
     */
    @Description("Puts since the map was created.")
    long getPuts();

    /**
     * Removals since the map was created.
     *
     * @return its value
     */
    @Description("Removals since the map was created.")
    long getRemoves();

    /**
     * Shows a value; null if there is none.
     *
     * @param key the key
     * @return what the operation answered
     */
    @Description(value = "Shows a value; null if there is none.", reads = true)
    @Nullable
    String getText(String key);

    /**
     * Puts a value and shows the previous one, or null. Codecs string and bytes only.
     *
     * @param key the key
     * @param value the value
     * @return what the operation answered
     */
    @Description("Puts a value and shows the previous one, or null. Codecs string and bytes only.")
    @Nullable
    String putText(String key, String value);

    /**
     * Removes a value and shows it, or null. Key codecs string and bytes only.
     *
     * @param key the key
     * @return what the operation answered
     */
    @Description("Removes a value and shows it, or null. Key codecs string and bytes only.")
    @Nullable
    String removeText(String key);

    /**
     * Shows keys of the map.
     *
     * @param max how many to return at most
     * @return what the operation answered
     */
    @Description(value = "Shows keys of the map.", reads = true)
    List<String> keys(int max);
}
