package io.ngrid.api;

import java.util.List;

/**
 * What the cluster agreed on for a queue. Settings are part of the replicated state: the first node that names a queue
 * proposes them, every other obeys.
 *
 * @param name name of the queue, see {@link Names}
 * @param codec name of the codec: {@code bytes}, {@code string}, {@code kryo} or a consumer's own
 * @param classes names of the classes registered with the {@code kryo} codec; the position gives the number under which
 *     a class is stored, so the list may only grow at its end
 * @param capacity greatest number of elements, from 1; {@link Long#MAX_VALUE} for no bound
 * @param fullPolicy what an offer to a full queue does
 */
public record QueueSettings(String name, String codec, List<String> classes, long capacity, FullPolicy fullPolicy) {
    /**
     * Checks the settings.
     *
     * @throws ConfigurationException if the name is not allowed or the capacity below 1
     */
    public QueueSettings {
        Names.check("queue", name);
        Names.check("codec", codec);
        classes = List.copyOf(classes);
        if (capacity < 1) {
            throw new ConfigurationException("queue " + name + " has capacity " + capacity + "; allowed: 1 or more");
        }
    }

    /**
     * Settings of an unbounded queue.
     *
     * @param name name of the queue
     * @param codec name of the codec
     * @return the settings
     */
    public static QueueSettings of(String name, String codec) {
        return new QueueSettings(name, codec, List.of(), Long.MAX_VALUE, FullPolicy.REJECT);
    }
}
