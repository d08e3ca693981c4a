package io.ngrid.api;

import java.util.List;

/**
 * What the cluster agreed on for a map. Settings are part of the replicated state: the first node that names a map
 * proposes them, every other obeys.
 *
 * @param name name of the map, see {@link Names}
 * @param keyCodec name of the codec of the keys
 * @param keyClasses classes registered with a {@code kryo} key codec; may only grow at the end
 * @param valueCodec name of the codec of the values
 * @param valueClasses classes registered with a {@code kryo} value codec; may only grow at the end
 */
public record MapSettings(
        String name, String keyCodec, List<String> keyClasses, String valueCodec, List<String> valueClasses) {
    /**
     * Checks the settings.
     *
     * @throws ConfigurationException if a name is not allowed
     */
    public MapSettings {
        Names.check("map", name);
        Names.check("codec", keyCodec);
        Names.check("codec", valueCodec);
        keyClasses = List.copyOf(keyClasses);
        valueClasses = List.copyOf(valueClasses);
    }

    /**
     * Settings of a map.
     *
     * @param name name of the map
     * @param keyCodec name of the codec of the keys
     * @param valueCodec name of the codec of the values
     * @return the settings
     */
    public static MapSettings of(String name, String keyCodec, String valueCodec) {
        return new MapSettings(name, keyCodec, List.of(), valueCodec, List.of());
    }
}
