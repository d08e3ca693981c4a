package io.ngrid.node.state;

import io.ngrid.api.QueueSettings;

/**
 * A queue. Its elements have the sequences from head up to, but without, tail.
 *
 * @param created index of the entry that created it; its name in the body store
 * @param settings its settings
 * @param head sequence of the first element
 * @param tail sequence that the next element gets
 * @param offered elements offered so far
 * @param polled elements polled so far; what is neither polled nor there was dropped or cleared
 */
public record QueueState(long created, QueueSettings settings, long head, long tail, long offered, long polled) {
    /** Checks what must always hold. */
    public QueueState {
        if (head < 1 || tail < head || tail - head > settings.capacity()) {
            throw new IllegalStateException("queue " + settings.name() + " of capacity " + settings.capacity()
                    + " would have its head at " + head + " and its tail at " + tail);
        }
    }

    static QueueState create(long created, QueueSettings settings) {
        return new QueueState(created, settings, 1, 1, 0, 0);
    }

    /**
     * Number of elements.
     *
     * @return the number
     */
    public long size() {
        return tail - head;
    }

    /**
     * Elements that still fit without dropping any.
     *
     * @return the number
     */
    public long room() {
        return settings.capacity() - size();
    }

    QueueState with(QueueSettings changed) {
        return new QueueState(created, changed, head, tail, offered, polled);
    }

    QueueState append(long count) {
        return new QueueState(created, settings, head, tail + count, offered + count, polled);
    }

    QueueState take(long count) {
        return new QueueState(created, settings, head + count, tail, offered, polled + count);
    }

    QueueState drop(long count) {
        return new QueueState(created, settings, head + count, tail, offered, polled);
    }
}
