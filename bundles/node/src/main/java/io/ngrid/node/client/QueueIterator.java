package io.ngrid.node.client;

import io.ngrid.node.state.Answer;
import io.ngrid.node.state.Query;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Weakly consistent: reads pages from a sequence on. An element that cannot be decoded throws from {@link #next}, stays
 * where it is, and is passed over.
 */
final class QueueIterator<E> implements Iterator<E> {
    private static final int PAGE = 100;

    /** Makes an element of its body. */
    interface Decoder<E> {
        E decode(byte[] body, long sequence, String where);
    }

    private final String queue;
    private final Door door;
    private final Decoder<E> decoder;
    private GridClient.Read page;
    private Answer.Elements elements;
    private int position;

    QueueIterator(String queue, Door door, Decoder<E> decoder) {
        this.queue = queue;
        this.door = door;
        this.decoder = decoder;
        page = read(0);
        elements = Failures.expect(Answer.Elements.class, page);
    }

    @Override
    public boolean hasNext() {
        int size = elements.sequences().size();
        if (position == size && size > 0) {
            // A page may be short because it is full of bytes: only an empty one is the end.
            page = read(elements.sequences().get(size - 1) + 1);
            elements = Failures.expect(Answer.Elements.class, page);
            position = 0;
        }
        return position < elements.sequences().size();
    }

    @Override
    public E next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the end of queue " + queue);
        }
        int index = position++;
        return decoder.decode(page.bodies().get(index), elements.sequences().get(index), "left in place");
    }

    private GridClient.Read read(long sequence) {
        return door.read(new Query.BrowseFrom(queue, sequence, PAGE));
    }
}
